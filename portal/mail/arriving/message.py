"""What a message says that staff handed in: values alone, whatever its bytes were."""

from dataclasses import dataclass
from typing import Final, Literal

MOST_BYTES: Final = 40 * 2**20
"""Of one message, as its mail program sends it: 40 MiB."""

OUR_MARK: Final = "X-Portal-Notice"
"""The header field that every message of ours carries: whatever has it is our own, come back."""

Refusal = Literal[
    "",
    "ours",  # our own notice, come back
    "looping",  # 25 Received lines or more
    "automatic",  # an answer by a machine, or a report of delivery: Auto-Submitted, a read receipt, out of office
    "list",  # by a mailing list: List-Id, Precedence
    "no-sender",  # no From, or several people in it
    "encrypted",  # S/MIME or PGP, encrypted
    "tnef",  # winmail.dat
    "partial",  # message/partial, message/external-body
    "too-deep",  # more parts, or parts within parts, than are looked at
    "unreadable",  # it could not be taken apart
    "no-file",  # nothing is attached
]
"""Why a message is not taken at the door; `read_message` names the first that holds, in this order."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a message. `name` has no folder, no control and no direction mark; it may be empty.

    `is_inline` where it stands in the text (a picture that HTML shows by its Content-ID, or one with that disposition);
    `is_signature` where it stands in the signature. A picture says its `width` and `height`; 0 for others.
    """

    name: str
    media_type: str
    size: int
    sha256: str
    is_inline: bool = False
    content_id: str = ""
    is_signature: bool = False
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message as its sender meant it.

    `sender` is the address in From, `names` the names beside the addresses in To and Cc. `text` is the body as plain
    text: HTML as it is shown, or else the text part, at most 200,000 letters of it. A link of HTML stands behind its
    words there; `links` are the URLs beside those: of pictures that come from elsewhere, where no signature shows them.
    `pixels` counts the pictures of one point that tell who reads. What is refused has no text and no attachments.
    `digest` (SHA-256, hexadecimal) is over From, Date, Subject and the decoded parts: not over what relays add.
    """

    message_id: str
    sender: str
    date: str
    subject: str
    digest: str
    refusal: Refusal = ""
    names: tuple[str, ...] = ()
    text: str = ""
    links: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    pixels: int = 0
