"""The style sheet that stands in every page of a district."""

from portal.kernel.settings import Settings
from portal.web.static_files import Inlined, inlined_style


def style_of(_: Settings) -> Inlined:
    """Return the sheet, and the hash by which the content security policy knows it."""
    return inlined_style()
