"""What became of a gathering, as it is kept and told: counts, and keys of sentences. Never a name or an address."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from portal.words.sentences import Sentence, sentence
from portal.words.several import in_words, to_keep

TOLD: Final[Mapping[str, Sentence]] = {
    "names-left-out": sentence("Words that differ from family to family, such as a name, are not in the message."),
    "own-pages": sentence("What you wrote to each family alone stands on a page before its letter."),
    "long-page": sentence(
        "The text is longer than a message may be. It stands whole on a page before the letter; the message begins it."
    ),
    "no-page": sentence(
        "Not all that you wrote could be put on a page before its letter: no font here has a sign of it, a file is "
        "locked or does not name its child, or there are ten files. Families would not see it. Change it and send it "
        "again."
    ),
    "texts-differ": sentence(
        "The texts of your messages differ, and the letter is the same for all: its message has only what all of them "
        "say."
    ),
    "signature": sentence("Your signature is not in the message."),
    "pictures": sentence("Logos and other small pictures are not in the letter."),
    "one-id": sentence("Two different messages had the same Message-ID. Both are in it."),
    "common-file": sentence("A file that was in all of your messages is in none of the letters."),
    "not-asked": sentence("The letter could not be put up for approval. Its page says why."),
    "key-ended": sentence(
        "A mail key of yours was ended after this came. Look whether you sent it, before you put it up for approval."
    ),
    "wider": sentence(
        "Guardians of a child whom only another letter was mailed to get this child’s letter as well. Look who gets it."
    ),
    "edited": sentence("You had changed this letter, and what came later has replaced that. Look at it again."),
    "came-late": sentence("What came after the letter was approved is not in it. Send it again."),
}
"""What a sender is told of a letter that was made, by its key."""
NEEDS: Final = frozenset(
    {"texts-differ", "no-page", "common-file", "not-asked", "key-ended", "wider", "edited", "came-late"}
)
"""With these the sender has to look first: such a letter is not put up for approval by itself."""

STOPS: Final[Mapping[str, Sentence]] = {
    "guard": sentence("The guard stopped it."),
    "nobody": sentence(
        "None of the addresses belongs to a guardian to whom you may write. "
        "Look whether each is typed right, or ask for it to be put on the roster."
    ),
    "no-such-drop": sentence("No families of yours have the address that you wrote to. Copy one from Mail programs."),
    "cloud-link": sentence("The text links to a file in the cloud. Attach the file itself."),
    "link": sentence("The text has a link to a place that families are not sent to from here. Take the link out."),
    "mail": sentence("A message is attached to it. Attach the file itself as PDF."),
    "calendar": sentence("A calendar entry is attached to it. Write date and place into the letter."),
    "archive": sentence("An archive of files is attached to it. Attach the files themselves."),
    "too-many-files": sentence("It has more files than one letter may have."),
    "one-file": sentence("It has several files for the same families. Send each with a message of its own."),
    "several-letters": sentence(
        "Messages to many families had the same subject and different files. Send each letter under its own subject."
    ),
    "no-file": sentence("There is no file in it that families could get."),
    "not-taken": sentence("The portal could not make a letter of it."),
    "no-author": sentence("Whoever sent it is not on the staff any more."),
    "broken": sentence("The portal began twice to work through it, and was ended both times. It was set aside."),
}
"""Why nothing comes of a gathering, by its key, with what to do."""


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a gathering. `ready` counts letters; of one letter for all, which `is_shared`, the guardians.

    `need` counts what its sender has to look at, `lost` the addresses among these that lead to nobody. `told` are keys
    of `TOLD`, `left_at` is the version of the mailing that they were told of. `stop` is one of `STOPS`; `heading` and
    `advice` are what was said of it instead, as it is stored.
    """

    ready: int = 0
    need: int = 0
    lost: int = 0
    messages: int = 0
    is_shared: bool = False
    is_asked: bool = False
    is_answered: bool = False
    told: tuple[str, ...] = ()
    left_at: int = 0
    stop: str = ""
    heading: str = ""
    advice: str = ""
    said: Mapping[str, Mapping[str, str]] | None = None

    @property
    def needs_look(self) -> bool:
        """Whether the letter waits for its sender, whatever its files are like."""
        return bool(self.lost or NEEDS.intersection(self.told))

    @property
    def sentences(self) -> list[Sentence]:
        """What its sender is told beside the counts, in sentences."""
        stored: dict[str, Any] = {"heading": self.heading, "advice": self.advice, "said": self.said or {}}
        found = [STOPS[self.stop]] if self.stop and not self.heading else []
        found += [in_words(stored, name) for name in ("heading", "advice") if stored[name]]
        return found + [TOLD[key] for key in self.told if key in TOLD]


def stopped(why: str, messages: int = 0, *, heading: str = "", advice: str = "") -> Report:
    """Return the report on a gathering of which nothing comes; what is said is kept in the languages of staff."""
    kept = to_keep(heading=heading, advice=advice)
    return Report(stop=why, messages=messages, is_answered=True, **kept)


def as_json(report: Report) -> str:
    """Return a report as it is kept."""
    return json.dumps({name: value for name, value in asdict(report).items() if value})


def report_of(kept: str) -> Report:
    """Return a report that was kept; an empty one before there is any."""
    found = json.loads(kept) if kept else {}
    return Report(**found | {"told": tuple(found.get("told", ()))})
