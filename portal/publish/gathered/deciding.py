"""Whether the files of a gathering are one letter for all or each child's own; decided before anything is paired."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from portal.mail.arriving.bodies import decorations
from portal.mail.arriving.message import Attachment
from portal.overviews.arriving.whose import Whose, key_of
from portal.publish.gathered.opening import Brought, Opened
from portal.publish.gathered.wording import Wording

_MAIL: Final = frozenset({"eml", "msg"})
_CALENDAR: Final = frozenset({"ics", "vcs"})
_ARCHIVE: Final = frozenset({"zip", "7z", "rar", "tar", "gz", "tgz", "bz2", "xz"})

_FAMILY: Final = 20
"""A message about more children than that is for many families: its file is no single child's letter."""


class Halted(Exception):
    """Nothing comes of this gathering. `why` is a key of `arrivals.rules.reports.STOPS`."""

    def __init__(self, why: str) -> None:
        """Take why."""
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class OwnFile:
    """A file that is one child's letter: of one of these children, whose guardians it was mailed to.

    `page` is a text that stands on a page before it, `said` what that says beside names (`Wording`). `notes` tell how
    a PDF was made of an office letter.
    """

    name: str
    path: Path
    sha256: str
    children: frozenset[str]
    guardians: frozenset[str]
    page: str = ""
    said: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def content_of(opened: Sequence[Opened]) -> tuple[list[tuple[Brought, ...]], bool]:
    """Return the files of each message, once each and without what only decorates; and whether that left some out.

    Raises `Halted` for what no family gets in any case, with what to do.
    """
    idle = decorations([[file.about for file in one.files] for one in opened])
    kept = [tuple(_once(file for file in one.files if file.about.sha256 not in idle)) for one in opened]
    for why in (refused_kind(file.about) for files in kept for file in files):
        if why:
            raise Halted(why)
    if not any(kept):
        raise Halted("no-file")
    return kept, bool(idle)


def refused_kind(about: Attachment) -> str:
    """Return why a file is no letter whatever is in it, as a key of `STOPS`; or nothing."""
    ending, media_type = about.name.rpartition(".")[2].casefold(), about.media_type
    if ending in _MAIL or media_type == "message/rfc822":
        return "mail"
    if ending in _CALENDAR or media_type == "text/calendar":
        return "calendar"
    return "archive" if ending in _ARCHIVE else ""


def are_equal(files: Sequence[Sequence[Brought]]) -> bool:
    """Tell whether every message has the same files."""
    return len({frozenset(file.about.sha256 for file in one) for one in files}) == 1


def common_to_all(files: Sequence[Sequence[Brought]]) -> frozenset[str]:
    """Return the SHA-256 of the files that are in every message, where each of these has others as well."""
    if len(files) == 1:  # all files of one message are its own
        return frozenset()
    everywhere = frozenset.intersection(*(frozenset(file.about.sha256 for file in one) for one in files))
    return everywhere if all(len(one) > len(everywhere) for one in files) else frozenset()


def own_files(
    opened: Sequence[Opened],
    files: Sequence[Sequence[Brought]],
    wording: Wording,
    found: Whose,
    sender: str,
) -> list[OwnFile]:
    """Return each file with the children that it may be for, and its page; nothing of a message that leads to nobody.

    Files of the same bytes are one letter where their messages said the same beside names.
    Raises `Halted` where a message with files of its own is for many families.
    """
    passed_over = common_to_all(files)
    all_of_them = [
        OwnFile(file.about.name, file.path, file.about.sha256, children, guardians, page, said)
        for one, brought, page, said in zip(opened, files, wording.pages, wording.said, strict=True)
        for children, guardians in [_whom(one.addresses, found, sender)]
        for file in brought
        if children and file.about.sha256 not in passed_over
    ]
    if any(len(one.children) > _FAMILY for one in all_of_them):
        raise Halted("several-letters")
    return list(_same_bytes(all_of_them))


def is_wider(files: Sequence[OwnFile], found: Whose) -> bool:
    """Tell whether a letter would reach a guardian to whom only others were mailed: a mailing has one list of them."""
    seers = defaultdict[str, set[str]](set)
    for key, children in found.children.items():
        for child in children:
            seers[child] |= found.guardians[key]
    addressed = frozenset[str]().union(*(one.guardians for one in files))
    return any(addressed.intersection(*(seers[child] for child in one.children)) - one.guardians for one in files)


def _once(files: Iterator[Brought]) -> Iterator[Brought]:
    seen = set[str]()
    for file in files:
        if file.about.sha256 not in seen:
            seen.add(file.about.sha256)
            yield file


def _whom(addresses: Sequence[str], found: Whose, sender: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return children and guardians of a message; a sender's copy to themselves counts where it is for nobody else."""
    keys = [key for one in addresses if (key := key_of(one)) in found.children]
    keys = [key for key in keys if key != sender] or keys
    children = frozenset[str]().union(*(found.children[key] for key in keys))
    return children, frozenset[str]().union(*(found.guardians[key] for key in keys))


def _same_bytes(files: Sequence[OwnFile]) -> Iterator[OwnFile]:
    """Join files of the same bytes whose children overlap: it is a letter about those whom all of them were for."""
    of_bytes = defaultdict[str, list[OwnFile]](list)
    for file in files:
        mine = of_bytes[file.sha256]
        for place, other in enumerate(mine):
            both = other.children & file.children
            if both and other.said == file.said:
                mine[place] = replace(other, children=both, guardians=other.guardians | file.guardians)
                break
        else:
            mine.append(file)
    for same in of_bytes.values():
        yield from same


def one_for_both(files: Iterable[OwnFile], are_same: Callable[[Path, Path], bool]) -> list[OwnFile]:
    """Join files of one name about the same children, for guardians who share none, that say the same by `are_same`.

    So what mother and father were both sent in other bytes is one letter, where their messages said the same as well.
    """
    kept, about = list[OwnFile](), defaultdict[str, set[int]](set)
    for file in files:
        rivals = sorted({place for child in file.children for place in about[child]})
        twin = next((place for place in rivals if _is_twin(kept[place], file, are_same)), None)
        if twin is None:
            kept.append(file)
            for child in file.children:
                about[child].add(len(kept) - 1)
        else:
            other, guardians = kept[twin], kept[twin].guardians | file.guardians
            kept[twin] = replace(other, children=other.children & file.children, guardians=guardians)
    return kept


def _is_twin(one: OwnFile, other: OwnFile, are_same: Callable[[Path, Path], bool]) -> bool:
    is_close = (one.name, one.said) == (other.name, other.said) and bool(one.children & other.children)
    return is_close and not one.guardians & other.guardians and are_same(one.path, other.path)
