"""What can be wrong with a document."""

from portal.kernel.errors import NotFound, Refused


class NoSuchDocument(NotFound):
    """There is no such document."""


class FileTooLarge(Refused):
    """This file is larger than the portal takes."""


class FileEmpty(Refused):
    """This file is empty. Choose the letter again."""
