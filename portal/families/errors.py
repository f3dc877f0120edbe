"""What can be wrong with families."""

from portal.kernel.errors import Conflict, NotFound, PortalError, Refused


class NoSuchChild(NotFound):
    """No child on the roster has this student number."""


class NoSuchGuardian(NotFound):
    """There is no such guardian."""


class NotAGuardian(NotFound):
    """No roster ever named this person as a guardian of this child."""


class NoSuchRight(NotFound):
    """Nobody has written down such a right, or it is settled already. Look at the child's page again."""


class HasTheRight(Conflict):
    """This person gets letters about this child already, or somebody has written the same right down before."""


class Restricted(Refused):
    """Staff have restricted what this person may see of this child. An admin lifts that first."""


class OwnRight(Refused):
    """Nobody confirms what they wrote down themselves. Somebody else who may approve has to."""


class NothingToLift(NotFound):
    """Nothing is restricted between this guardian and this child."""


class LargeDrop(Refused):
    """More than a tenth of the guardianships would end with this roster. Nothing was changed."""


class EmptyRoster(Refused):
    """This roster names no child with a guardian. Nothing was changed; look at the file and what was left out."""


class RosterUnclear(Refused):
    """This roster can be understood in more than one way. Nothing was changed; answer what is asked, and try again."""


class NumbersChanged(Refused):
    """Student numbers of this roster differ from those on file by leading zeros alone. Nothing was changed."""


class NoAddresses(Refused):
    """This roster has no e-mail address at all, so no family could be written to. Nothing was changed."""


class RosterHasDefects(PortalError):
    """Some rows of this roster cannot be right. Nothing was changed."""


class FamiliesChanged(Conflict):
    """The families were changed by somebody else while this roster was read. Nothing was changed; import it again."""
