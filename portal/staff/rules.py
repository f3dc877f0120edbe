"""Who is acting, and what a role may do."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from portal.kernel.errors import WrongCall
from portal.words.sentences import sentence

Role = Literal["publisher", "approver", "admin"]
ROLES: tuple[Role, ...] = ("publisher", "approver", "admin")
SIGN_IN_LASTS = timedelta(minutes=15)
_LINKS_AN_HOUR = 5
_LINK_EACH = timedelta(minutes=10)
SETUP_LASTS = timedelta(hours=24)
LONGEST_NAME = 80
MAIL_KEY_LASTS = timedelta(days=365)
MOST_MAIL_KEYS = 20
"""In use at a time, of one staff member: more than anybody has mail programs."""
MAIL_KEY_SEEN_EVERY = timedelta(hours=1)
"""How exactly it is kept when a mail key was last used: a merge uses one thousands of times."""
IDLE_LIMIT = timedelta(minutes=60)
ABSOLUTE_LIMIT = timedelta(hours=12)
ASK_AGAIN_AFTER = timedelta(seconds=40)
"""So old may a provider's last word be. With the seconds it takes to answer, whom it drops is out within a minute."""
ASKING_LASTS = timedelta(seconds=15)
ANEW_FOR = timedelta(minutes=15)
"""So long after a sign-in may somebody change staff, mail keys and accepted findings."""
TIME_TO_TYPE = timedelta(minutes=15)
"""So much longer is taken what was typed into a form that was shown in time."""


@dataclass(frozen=True, slots=True)
class Acting:
    """The staff member on whose behalf something is done, and through which door.

    `through` is `web`, or `cli:` and the operating system's user: the shell is not a person.
    """

    id: str
    address: str
    name: str
    role: Role
    sites: frozenset[str] | None
    through: str = "web"

    @property
    def label(self) -> str:
        """Who the ledger says it was."""
        return f"staff:{self.id}" if self.through == "web" else f"{self.through}/staff:{self.id}"

    @property
    def display(self) -> str:
        """What people call them."""
        return self.name or self.address

    @property
    def may_approve(self) -> bool:
        """Whether the role may approve what another has submitted."""
        return self.role in {"approver", "admin"}

    @property
    def is_admin(self) -> bool:
        """Whether the role may take back, and look at the ledger and at staff."""
        return self.role == "admin"


def may_raise_alarm(by: Acting, *, sites: frozenset[str], is_author: bool) -> bool:
    """Tell whether somebody may pause a letter's links, or call the admins about it: whoever notices first.

    Any role may, for a letter whose sites are all among theirs; of a letter at no site yet its author alone.
    """
    return by.sites is None or (sites <= by.sites and (is_author or bool(sites)))


def may_mail_sign_in_link(made: Sequence[datetime], *, now: datetime) -> bool:
    """Tell whether somebody is mailed one more sign-in link: five an hour, and after those one every ten minutes.

    Anybody can ask. Ten minutes are less than a link lasts, so whoever asks for others too leaves them a live one.
    """
    recent = [at for at in made if at > now - timedelta(hours=1)]
    return len(recent) < _LINKS_AN_HOUR or max(recent) + _LINK_EACH <= now


def checked_name(typed: str) -> str:
    """Return what people call somebody, with single blanks; nothing is a name too. Raises `WrongCall`."""
    name = " ".join(typed.split())
    if len(name) > LONGEST_NAME or not (name.isprintable() or not name):
        raise WrongCall(sentence("A name has at most %(most)s letters.", most=LONGEST_NAME))
    return name


def checked_label(typed: str) -> str:
    """Return what somebody calls a mail program, with single blanks. Raises `WrongCall`."""
    label = " ".join(typed.split())
    if not (0 < len(label) <= LONGEST_NAME and label.isprintable()):
        raise WrongCall(sentence("Say for which mail program it is, in at most %(most)s letters.", most=LONGEST_NAME))
    return label


def told_as(session_id: str) -> str:
    """Return by what a page of their own tells somebody's sessions apart: an id from which no session follows."""
    return hashlib.sha256(f"told-as {session_id}".encode()).hexdigest()[:32]


def is_signed_in_anew(authenticated_at: datetime, *, is_typing: bool, now: datetime) -> bool:
    """Tell whether somebody proved so lately who they are that they may change who may do what (ASVS 5.0, 7.5.1)."""
    return now - authenticated_at < ANEW_FOR + (TIME_TO_TYPE if is_typing else timedelta())


def session_is_live(*, created_at: datetime, seen_at: datetime, ended_at: datetime | None, now: datetime) -> bool:
    """Tell whether a staff session goes on: not ended, not idle too long, not older than a working day."""
    return ended_at is None and now - seen_at < IDLE_LIMIT and now - created_at < ABSOLUTE_LIMIT
