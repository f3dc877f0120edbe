"""What can be wrong with staff."""

from portal.kernel.errors import NotFound, Refused


class NoSuchStaff(NotFound):
    """No staff member has this address."""


class NotAllowed(Refused):
    """Your role does not allow this. Ask an administrator."""


class OutOfScope(Refused):
    """This reaches children outside the sites you may act for."""


class AdminExists(Refused):
    """There is an admin already, so nothing is set up by a link any more. Ask them to add you."""


class SignedOut(Refused):
    """You are signed out. Sign in to go on."""


class SignInTooOld(SignedOut):
    """This changes who may do what. Sign in again first."""


class NoSuchMailKey(NotFound):
    """There is no mail key like this among those in use."""


class EnoughMailKeys(Refused):
    """You have 20 mail keys in use. End one that no mail program needs any more."""
