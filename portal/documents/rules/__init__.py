"""What a document may be, whose it is, and when the files of a mailing add up. Pure: values in, decisions out.

`names` is one document's name and size; `pairing`, `pages` and `reconciling` decide which file or page is whose
and whether that is complete; `sampling` which pairs a person has to look at.
"""

from portal.documents.rules.names import (
    MOST_BYTES,
    REASON_LEAST,
    REASON_MOST,
    STRANGERS,
    family_file_name,
    reason_of,
    safe_file_name,
)

__all__ = ["MOST_BYTES", "REASON_LEAST", "REASON_MOST", "STRANGERS", "family_file_name", "reason_of", "safe_file_name"]
