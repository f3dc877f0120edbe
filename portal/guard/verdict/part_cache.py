"""What was found in the parts of a file, kept while the file and its neighbours are judged."""

from contextlib import suppress
from dataclasses import dataclass, field

from portal.guard.errors import TooLong
from portal.guard.evidence.trace import Trace
from portal.guard.lists.line_shapes import Lines
from portal.guard.lists.list_shape import MET_AT_MOST
from portal.guard.mentions.signs import Crowd, Found, found_in
from portal.guard.roster.index import Roster
from portal.reading.reader import Part


@dataclass(frozen=True, slots=True)
class PartCache:
    """What was found in each part of a file, kept while it and its neighbours are judged by the same roster.

    Stripping changes few parts of a letter, and letters of one batch have parts in common (bookmarks, properties):
    what says the same in the same place need not be searched again. Parts of more than 64 kB are kept only if they were
    searched ahead. `crowd` is whom the file names that is read or judged now. A `trace` is told what is looked at, of
    which nothing may be kept from before then.
    """

    found: dict[Part, Found] = field(default_factory=dict)
    long: dict[int, tuple[Part, Found]] = field(default_factory=dict)
    lines: dict[str, Lines] = field(default_factory=dict)
    crowd: Crowd = field(default_factory=Crowd)
    trace: Trace | None = None

    def found_in(self, part: Part, roster: Roster) -> Found:
        """Return the signs in a part, looked for once."""
        if len(part.text) > MET_AT_MOST:
            held = self.long.get(id(part))
            return held[1] if held else found_in(part, roster, self.crowd, self.trace)
        found = self.found.get(part)
        if found is None:
            found = self.found[part] = found_in(part, roster, self.crowd, self.trace)
        else:
            self.crowd.add(found.signs)
        return found

    def look_ahead(self, part: Part, roster: Roster) -> None:
        """Search a part of a file that is still being read. Nothing is decided by it before the file is read.

        A long one is known again by being that very object: to compare it would take longer than much of the search.
        """
        with suppress(TooLong):  # which is said when it is judged
            found = self.found_in(part, roster)
            if len(part.text) > MET_AT_MOST:
                self.long[id(part)] = part, found
