"""A small model of who may see what: the promises written down again, without a database and without the portal.

Guardians and children go by the first names of the cast. A link, a file or a letter is alive, gone for good, or frozen
by an incident, which may be undone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

Pair = tuple[str, str]
"""A guardian and a child."""
GONE = "gone"
"""Why something is dead that never lives again; else it is the id of the incident that froze it."""
SESSION = timedelta(hours=2)


@dataclass
class Way:
    """One link: whose, of which letter, until when; `dead` says why it opens nothing."""

    id: str
    letter: str
    pair: Pair
    expires: datetime
    dead: str = ""
    on_paper: bool = False

    def die(self, why: str) -> None:
        """Be dead from now on; what is gone for good stays so."""
        if not self.dead or why == GONE:
            self.dead = why


@dataclass
class Letter:
    """One mailing: who wrote in it, its files with the child whom each is for, and what became of it."""

    id: str
    writers: set[str]
    files: dict[str, str | None]
    days: int
    is_confidential: bool = False
    state: str = "checked"
    dead: str = ""
    dead_files: dict[str, str] = field(default_factory=dict)
    copied: frozenset[str] = frozenset()
    ways: list[Way] = field(default_factory=list)
    held_until: datetime | None = None
    told: set[Pair] = field(default_factory=set)
    kept_back: set[str] = field(default_factory=set)

    @property
    def is_approved(self) -> bool:
        """Whether families were given links."""
        return bool(self.ways)

    def shows(self, file: str, child: str) -> bool:
        """Tell whether a file is one of a child's that is not dead."""
        is_theirs = self.files[file] is None or self.files[file] == child
        return child in self.copied and is_theirs and file not in self.dead_files

    def newest(self) -> dict[Pair, Way]:
        """Return the newest link of each pair."""
        return {way.pair: way for way in self.ways}

    def kill(self, why: str) -> None:
        """Take all of it back, or freeze it."""
        self.dead = GONE if why == GONE else self.dead or why
        for way in self.ways:
            if why != GONE:
                way.die(why)

    def kill_file(self, file: str, why: str) -> None:
        """Take one file back, or freeze it; with the last file of a child its links die."""
        if why == GONE or file not in self.dead_files:
            self.dead_files[file] = why
        if why != GONE and self.dead:
            return
        for way in self.ways:
            theirs = [one for one in self.files if self.files[one] in {None, way.pair[1]}]
            if file in theirs and not any(self.shows(one, way.pair[1]) for one in theirs):
                way.die(why if way.dead == "" else way.dead)
        if set(self.dead_files) >= set(self.files):
            self.kill_whole(why)

    def kill_whole(self, why: str) -> None:
        """Note that nothing is left of it."""
        self.dead = GONE if why == GONE else self.dead or why


@dataclass
class Browser:
    """What one browser has open: the links of one guardian, each with whether a code was given, and until when."""

    cookie: str = ""
    until: datetime | None = None
    open: dict[str, bool] = field(default_factory=dict)


@dataclass
class Town:
    """The roster as it was imported last: who sees whom, each mailbox, and who was erased.

    `marks` are the last word of a roster on each pair, also on those that have ended: whoever was not marked to receive
    letters stays barred, and so does the mailbox.
    """

    ties: dict[Pair, bool]
    boxes: dict[str, str | None]
    marks: dict[Pair, bool] = field(default_factory=dict)
    erased: set[str] = field(default_factory=set)

    def sees(self, pair: Pair) -> bool:
        """Tell whether a guardian may see a child today."""
        return self.ties.get(pair, False)

    def is_shared(self, pair: Pair) -> bool:
        """Tell whether somebody who is barred from the child reads this guardian's mailbox."""
        box = self.boxes[pair[0]]
        barred = [other for (other, child), may in self.marks.items() if child == pair[1] and not may]
        return box is not None and any(self.boxes[other] == box for other in barred if other != pair[0])

    def is_reached(self, pair: Pair) -> bool:
        """Tell whether a message about a child may go to a guardian."""
        return self.sees(pair) and self.boxes[pair[0]] is not None and not self.is_shared(pair)

    def take_in(self, ties: Mapping[Pair, bool], boxes: Mapping[str, str | None]) -> set[Pair]:
        """Be as this roster says; return the pairs whose links die by it."""
        new = {pair: may for pair, may in ties.items() if not self.erased & set(pair)}
        lost = {pair for pair, may in self.ties.items() if not new.get(pair, False)}
        for guardian in {guardian for guardian, _ in new}:
            if self.boxes[guardian] != boxes[guardian]:
                lost |= {pair for pair in self.marks if pair[0] == guardian}
                self.boxes[guardian] = boxes[guardian]
        self.ties = new
        self.marks |= new
        return lost | {pair for pair in new if self.is_shared(pair)}

    def erase_child(self, child: str) -> set[str]:
        """Forget a child, with the guardians who have no other; return these."""
        theirs = {guardian for guardian, one in self.marks if one == child} - self.erased
        others = {guardian for guardian, one in self.marks if one != child and one not in self.erased}
        alone = theirs - others
        self.erased |= {child} | alone
        self.ties = {pair: may for pair, may in self.ties.items() if not self.erased & set(pair)}
        self.boxes |= dict.fromkeys(alone)
        return alone


@dataclass
class Model:
    """The whole office: the town, the letters, and what stands open in which browser."""

    town: Town
    letters: dict[str, Letter] = field(default_factory=dict)
    browsers: list[Browser] = field(default_factory=lambda: [Browser() for _ in range(3)])

    @property
    def ways(self) -> dict[str, Way]:
        """Every link there is, by id."""
        return {way.id: way for letter in self.letters.values() for way in letter.ways}

    def kill_pairs(self, pairs: set[Pair], why: str = GONE, *, passing: bool = False) -> None:
        """Let the links of guardians to children die: by a roster those that are alive, else also the frozen ones."""
        for way in self.ways.values():
            if way.pair in pairs and not (passing and way.dead):
                way.die(why)

    def opens(self, way: Way, now: datetime) -> bool:
        """Tell whether a link opens now."""
        is_alive = not way.dead and not self.letters[way.letter].dead
        return is_alive and self.town.sees(way.pair) and now < way.expires

    def shown(self, now: datetime) -> set[tuple[int, str, str]]:
        """Return what may be seen now: browser, file and child."""
        return {one for at, browser in enumerate(self.browsers) for one in self._shown_in(at, browser, now)}

    def _shown_in(self, at: int, browser: Browser, now: datetime) -> Iterator[tuple[int, str, str]]:
        if browser.until is None or now >= browser.until:
            return
        for link, is_proven in browser.open.items():
            way = self.ways[link]
            letter = self.letters[way.letter]
            if self.opens(way, now) and (is_proven or not letter.is_confidential):
                yield from ((at, file, way.pair[1]) for file in letter.files if letter.shows(file, way.pair[1]))

    def is_known(self, browser: Browser, guardian: str, now: datetime) -> bool:
        """Tell whether a code was given in a browser for a guardian, in a session that still stands."""
        given = (link for link, is_proven in browser.open.items() if is_proven and not self._is_over(self.ways[link]))
        is_open = browser.until is not None and now < browser.until
        return is_open and any(self.ways[link].pair[0] == guardian for link in given)

    def _is_over(self, way: Way) -> bool:
        return bool(way.dead or self.letters[way.letter].dead)

    def press(self, browser: Browser, link: str, cookie: str, *, is_proven: bool, now: datetime) -> None:
        """Open a link in a browser: another guardian's are closed by it."""
        guardian, is_open = self.ways[link].pair[0], browser.until is not None and now < browser.until
        kept = {one: proven for one, proven in browser.open.items() if self.ways[one].pair[0] == guardian}
        live = {one: proven for one, proven in kept.items() if not self._is_over(self.ways[one])}
        browser.open = (live if is_open else {}) | {link: is_proven}
        browser.cookie, browser.until = cookie, now + SESSION

    def fresh(self, letter: Letter, incident: str, *, file: str = "") -> set[Pair]:
        """Return who gets a fresh link when this freeze is undone."""
        copied = {child for child in letter.copied if any(letter.shows(one, child) or (one == file and
                  letter.files[one] in {None, child}) for one in letter.files)}  # fmt: skip
        return {
            pair
            for pair, way in letter.newest().items()
            if way.dead == incident and pair in letter.told and pair[1] in copied and self._may_get(pair)
        }

    def _may_get(self, pair: Pair) -> bool:
        on_paper = self.town.sees(pair) and self.town.boxes[pair[0]] is None
        return on_paper or self.town.is_reached(pair)
