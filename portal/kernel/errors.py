"""What can stop a story, as facts. The docstring of an error is what a person reads by default."""


class PortalError(Exception):
    """Something stopped the portal from doing this."""

    exit_code = 1

    def __init__(self, sentence: str | None = None) -> None:
        """Say what happened in `sentence`; without one the class's docstring is the sentence."""
        self.sentence = sentence or self.default()
        super().__init__(self.sentence)

    @classmethod
    def default(cls) -> str:
        """Return what it says of itself where nobody says more."""
        return (cls.__doc__ or "").strip()


class WrongCall(PortalError):
    """This was asked for in a way the portal does not understand."""

    exit_code = 2


class Refused(PortalError):
    """One of the portal's promises does not allow this."""

    exit_code = 3


class NotFound(WrongCall):
    """There is nothing here by that name."""


class Conflict(PortalError):
    """Somebody changed this while you were looking at it. Load it again."""


class StartRefused(Refused):
    """The portal does not start like this."""
