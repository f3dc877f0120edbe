"""The state machine of the promises: what an office, its families, an admin, a worker and a crash may do."""

from collections import Counter
from datetime import datetime
from typing import Literal

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from sqlmodel import Session

from portal.flows.approving.approve_mailing import submit_mailing
from portal.flows.incidents.freeze_incident import freeze
from portal.flows.opening.disclose_document import Wish, disclose
from portal.flows.opening.open_link import CodeAsked, session_id_of
from portal.flows.people.erase_person import Who, erase_person
from portal.flows.sending.deliver_notice import Errand
from portal.flows.sending.stop_mailing import stop_mailing
from portal.flows.taking_back.revoke import Kind, Target, not_my_child, revoke
from portal.incidents.rules import Target as Frozen
from portal.overviews.family.letters import Letter as Shown
from portal.overviews.links import kin
from tests.flows.district import row
from tests.parts.machine import CHILDREN, GUARDIANS, HOLD, Desk, letter_text, new_name
from tests.parts.model import GONE, Letter, Model, Pair, Town, Way

PICK = st.integers(0, 63)
CRASH = st.sampled_from([False, False, False, False, True])
PEOPLE = st.tuples(st.sampled_from(GUARDIANS), st.sampled_from(CHILDREN))
MOVES = st.sampled_from(["", "", "own", "emeka", "none"])
STAFF = st.sampled_from(["writer", "approver", "admin"])
TIES = {("carla", "ana"): True, ("carla", "luis"): True, ("diego", "ana"): True, ("diego", "luis"): True,
        ("rosa_r", "other_ana"): True, ("ngozi", "sam"): True, ("emeka", "sam"): False}  # fmt: skip
BOXES = {guardian: row(child, guardian)["guardian_email"] for guardian, child in TIES}
NAMES = {"ana": "Ana", "luis": "Luis", "other_ana": "Ana", "sam": "Sam"}
HAS_LETTERS = precondition(lambda self: self.model.letters)
HAS_WAYS = precondition(lambda self: self.model.ways)


class Office(RuleBasedStateMachine):
    """A school, with a model of what may be seen, and notes of what was."""

    desk: Desk

    def __init__(self) -> None:
        """Begin with the cast, and nothing sent."""
        super().__init__()
        self.model = Model(Town(dict(TIES), dict(BOXES), dict(TIES)))
        self.roster, self.boxes = dict(TIES), dict(BOXES)
        self.incidents: list[tuple[str, str, str, bool]] = []
        self.whole: dict[str, str] = {}
        self.undone: set[str] = set()
        self.closed: set[str] = set()
        self.hands: list[Errand] = []
        self.lost: Counter[str] = Counter()
        self.left: dict[tuple[str, str, int], str] = {}
        self.times_left: Counter[str] = Counter()
        self.seen: list[tuple[str, str, str, datetime]] = []
        self.copies: dict[str, tuple[str, str]] = {}

    @property
    def now(self) -> datetime:
        """What time it is."""
        return self.desk.clock.now

    def tick(self) -> None:
        """Let a second pass: no two acts are at one moment."""
        self.desk.clock.forward(seconds=1)

    def letter(self, pick: int) -> Letter:
        """Return one of the letters."""
        found = list(self.model.letters.values())
        return found[pick % len(found)]

    def way(self, pick: int) -> Way:
        """Return one of the links."""
        found = list(self.model.ways.values())
        return found[pick % len(found)]

    # Letters

    @initialize(days=st.sampled_from([1, 30]))
    def begin(self, days: int) -> None:
        """Have one letter on its way."""
        self.write("shared", days, who="writer", confidential=False, crash=False)
        letter = self.letter(0)
        self.submit(0, crash=False)
        self.approve(0, who="approver", crash=False)
        assert letter.is_approved

    @precondition(lambda self: len(self.model.letters) < 4)
    @rule(kind=st.sampled_from(["shared", "two", "own", "own"]), days=st.sampled_from([1, 30]), who=STAFF,
          confidential=st.booleans(), crash=CRASH)  # fmt: skip
    def write(self, kind: str, days: int, *, who: str, confidential: bool, crash: bool) -> None:
        """Write a letter: one file for everybody, two of them, or one for each child of the roster."""
        self.tick()
        here = sorted({child for _, child in self.model.town.ties})
        owners: list[str | None] = list(here) if kind == "own" else [None] * (2 if kind == "two" else 1)
        files = {new_name(): letter_text(at, owner) for at, owner in enumerate(owners)}
        by = getattr(self.desk.cast, who)
        letter = self.desk.write(files, owners, days=days, confidential=confidential, by=by, crash=crash)
        if letter is not None:
            self.model.letters[letter.id] = letter

    @HAS_LETTERS
    @rule(pick=PICK, who=STAFF, crash=CRASH)
    def edit(self, pick: int, who: str, *, crash: bool) -> None:
        """Have somebody change the words of a letter."""
        self.tick()
        letter, by = self.letter(pick), getattr(self.desk.cast, who)
        if self.desk.edit(letter, by=by, crash=crash) is not None:
            assert not letter.is_approved
            letter.writers.add(by.id)

    @HAS_LETTERS
    @rule(pick=PICK, crash=CRASH)
    def submit(self, pick: int, *, crash: bool) -> None:
        """Ask for approval."""
        self.tick()
        letter, by, now = self.letter(pick), self.desk.cast.writer, self.now
        self.desk.act(
            lambda session: submit_mailing(session, self.desk.house.keys, letter.id, by=by, version=None, now=now),
            crash=crash, what="submit",
        )  # fmt: skip

    @HAS_LETTERS
    @rule(pick=PICK, who=STAFF, crash=CRASH)
    def approve(self, pick: int, who: str, *, crash: bool) -> None:
        """Approve a letter; links are made for whom the model says, and for nobody else."""
        self.tick()
        letter, by = self.letter(pick), getattr(self.desk.cast, who)
        if self.desk.approve(letter.id, by=by, crash=crash) is None:
            return
        assert by.id not in letter.writers, "somebody approved what they wrote"
        assert by.may_approve
        assert not letter.is_approved, "a letter was approved twice"
        town = self.model.town
        self._learn(letter, {pair for pair in town.ties if town.is_reached(pair)})
        letter.copied = frozenset(way.pair[1] for way in letter.ways)
        letter.told = {way.pair for way in letter.ways}
        self.copies = self.desk.copies()

    def _learn(self, letter: Letter, expected: set[Pair]) -> None:
        """Learn of fresh links, which are for exactly these guardians and children."""
        fresh = self.desk.fresh_ways(letter)
        assert {way.pair for way in fresh} == expected, "links for others than whom the letter is for"
        letter.held_until = self.now + HOLD
        for way in fresh:
            assert (way.expires - letter.held_until).days == letter.days
            way.on_paper = self.model.town.boxes[way.pair[0]] is None
        letter.ways += fresh

    @HAS_LETTERS
    @rule(pick=PICK, crash=CRASH)
    def stop(self, pick: int, *, crash: bool) -> None:
        """Press Stop: what has not left never leaves. What nobody approved is thrown away."""
        self.tick()
        letter, by, now = self.letter(pick), self.desk.cast.admin, self.now
        before = self.desk.messages(letter.id)
        done = self.desk.act(
            lambda session: stop_mailing(session, self.desk.house.keys, letter.id, by=by, now=now),
            crash=crash, what="stop",
        )  # fmt: skip
        if done is None or done.is_repeat:
            return
        if not letter.is_approved:
            del self.model.letters[letter.id]
            return
        letter.kept_back |= {one for one, (_, is_unsent) in before.items() if is_unsent}
        told = {guardian for one, (guardian, _) in before.items() if one not in letter.kept_back}
        letter.told = {pair for pair in letter.told if pair[0] in told}

    # Rosters and people

    @rule(who=PEOPLE, may=st.sampled_from([None, True, False]), moves=MOVES, crash=CRASH)
    def import_one(self, who: Pair, *, may: bool | None, moves: str, crash: bool) -> None:
        """Import a roster in which one guardianship is another, and perhaps a mailbox."""
        guardian, child = who
        if may is None:
            self.roster.pop((guardian, child), None)
        else:
            self.roster[guardian, child] = may
        if moves:
            others = {"own": f"{guardian}{len(self.incidents)}@mail.example.org", "emeka": BOXES["emeka"], "none": None}
            self.boxes[guardian] = others[moves]
        self._import(crash=crash)

    @rule(child=st.sampled_from(CHILDREN), returns=st.booleans(), crash=CRASH)
    def import_leaver(self, child: str, *, returns: bool, crash: bool) -> None:
        """Import a roster without a child, or with it again as it was at first."""
        self.roster = {pair: may for pair, may in self.roster.items() if pair[1] != child}
        self.roster |= {pair: may for pair, may in TIES.items() if returns and pair[1] == child}
        self._import(crash=crash)

    def _import(self, *, crash: bool) -> None:
        self.tick()
        if self.desk.take_in(self.roster, self.boxes, crash=crash) is not None:
            self.model.kill_pairs(self.model.town.take_in(self.roster, self.boxes), passing=True)

    @rule(child=st.sampled_from(CHILDREN), really=st.integers(0, 3), crash=CRASH)
    def erase(self, child: str, really: int, *, crash: bool) -> None:
        """Erase a child, with the guardians who have no other; not often, since nobody comes back."""
        if really or child in self.model.town.erased:
            return
        self.tick()
        by, now, who = self.desk.cast.admin, self.now, Who("child", row(child, "carla")["child_id"])

        def story(session: Session) -> object:
            return erase_person(session, self.desk.house.keys, who, by=by, reason="They asked.", named_in=(), now=now)

        if self.desk.act(story, crash=crash, what="erase") is None:
            return
        alone = self.model.town.erase_child(child)
        self.model.kill_pairs({way.pair for way in self.model.ways.values() if way.pair[1] == child}, passing=True)
        self.model.kill_pairs({way.pair for way in self.model.ways.values() if way.pair[0] in alone}, passing=True)
        self.closed |= {one.id for one in self.model.letters.values() if child in one.files.values()}

    # Families

    @HAS_WAYS
    @rule(pick=PICK, at=st.integers(0, 2), code=st.booleans(), crash=CRASH)
    def press(self, pick: int, at: int, *, code: bool, crash: bool) -> None:
        """Press a link in a browser, dead or alive; type the code where one is asked."""
        self.tick()
        way, browser = self.way(pick), self.model.browsers[at]
        told = self.desk.press(browser, way.id, crash=crash)
        if told is None:
            assert crash or not self.model.opens(way, self.now), "a link that is alive does not open"
            return
        assert self.model.opens(way, self.now), f"a link opens that is {way.dead or 'over'}"
        is_asked = self.model.letters[way.letter].is_confidential and not way.on_paper
        is_known = self.model.is_known(browser, way.pair[0], self.now)
        assert isinstance(told, CodeAsked) == (is_asked and not is_known), "a confidential letter and its code"
        is_proven, cookie = self.model.letters[way.letter].is_confidential, told.cookie
        if isinstance(told, CodeAsked):
            cookie = (self.desk.type_code(browser, told.cookie, crash=crash) if code else None) or ""
        if cookie:
            self.model.press(browser, way.id, cookie, is_proven=is_proven, now=self.now)

    @precondition(lambda self: self.copies)
    @rule(pick=PICK, at=st.integers(0, 2), download=st.booleans(), crash=CRASH)
    def read(self, pick: int, at: int, *, download: bool, crash: bool) -> None:
        """Ask for any copy there is, from any browser: bytes come for whom the model says, after their disclosure."""
        self.tick()
        browser, (copy, (file, child)) = self.model.browsers[at], self._copy(pick, at)
        if not browser.cookie:
            return
        shown = session_id_of(browser.cookie)
        wish = Wish(shown, copy, "download" if download else "view", self.now)
        told = self.desk.act(
            lambda session: disclose(session, [wish], keys=self.desk.house.keys), crash=crash, what="disclose",
            shown=(shown,),
        )  # fmt: skip
        may = (at, file, child) in self.model.shown(self.now)
        if told is None:
            return
        assert isinstance(told[0], Shown) == may, "a copy is shown that may not be, or not shown that may"
        if isinstance(told[0], Shown):
            self._take_bytes(told[0], wish, child)

    def _copy(self, pick: int, at: int) -> tuple[str, tuple[str, str]]:
        """Return one of the copies: every other time one that this browser shows, if there is any."""
        shown = [one for one in self.copies.items() if (at, *one[1]) in self.model.shown(self.now)]
        found = shown if shown and pick % 2 else list(self.copies.items())
        return found[pick // 2 % len(found)]

    def _take_bytes(self, letter: Shown, wish: Wish, child: str) -> None:
        content = b"".join(self.desk.house.documents.open(letter.document_id, letter.size))
        assert content.endswith((f" for {child}".encode(), b" for everybody")), "a file of another child"
        guardian = self.desk.names[letter.link.guardian_id]
        assert self.model.town.sees((guardian, child))
        self.seen.append((guardian, wish.copy_id, wish.kind, self.now))
        self.desk.done["seen"] += 1

    @precondition(lambda self: self.copies)
    @rule(pick=PICK, at=st.integers(0, 2), really=st.integers(0, 3), crash=CRASH)
    def say_not_mine(self, pick: int, at: int, really: int, *, crash: bool) -> None:
        """Have a family say that this is not their child: all editions of that link die."""
        browser, (copy, (file, child)) = self.model.browsers[at], self._copy(pick, at)
        if really or not browser.cookie:
            return
        self.tick()
        may, now, shown = (at, file, child) in self.model.shown(self.now), self.now, session_id_of(browser.cookie)
        links = [self.model.ways[link] for link in browser.open]
        letter = next(one for one in self.model.letters.values() if file in one.files)
        with self.desk.house.family_db.write(shown) as session:
            told = not_my_child(session, self.desk.house.keys, session_id=shown, copy_id=copy, now=now)
            if crash:
                session.rollback()
        assert told == may
        if told and not crash:
            guardian = links[0].pair[0]
            self._kill_editions(letter, (guardian, child))

    @staticmethod
    def _kill_editions(letter: Letter, pair: Pair) -> None:
        for way in letter.ways:
            if way.pair == pair:
                way.die(GONE)

    # Taking back

    @HAS_WAYS
    @rule(kind=st.sampled_from(["link", "link", "document", "mailing", "guardianship", "guardian", "child"]), pick=PICK,
          crash=CRASH)  # fmt: skip
    def take_back(self, kind: Kind, pick: int, *, crash: bool) -> None:
        """Take something back for good, whatever state it is in; twice is once."""
        self.tick()
        way = self.way(pick)
        letter, (guardian, child) = self.model.letters[way.letter], way.pair
        ids = {name: getattr(self.desk.cast, name) for name in (guardian, child)}
        files = list(letter.files)
        file = files[pick % len(files)]
        named: dict[Kind, str] = {
            "link": way.id, "document": file, "mailing": letter.id, "guardian": ids[guardian], "child": ids[child],
            "guardianship": kin.id_of(ids[guardian], ids[child]),
        }  # fmt: skip
        target, by, now = Target(kind, named[kind]), self.desk.cast.admin, self.now
        done = self.desk.act(
            lambda session: revoke(session, self.desk.house.keys, target, by=by, reason="Wrong.", now=now),
            crash=crash, what=f"revoke {kind}",
        )  # fmt: skip
        if done is not None:
            self._taken_back(kind, letter, file, way.pair)

    def _taken_back(self, kind: str, letter: Letter, file: str, pair: Pair) -> None:
        every = {way.pair for way in self.model.ways.values()}
        match kind:
            case "link":
                self._kill_editions(letter, pair)
            case "document":
                letter.kill_file(file, GONE)
            case "mailing":
                letter.kill(GONE)
            case "guardianship":
                self.model.kill_pairs({pair})
            case "guardian":
                self.model.kill_pairs({one for one in every if one[0] == pair[0]})
            case _:
                self.model.kill_pairs({one for one in every if one[1] == pair[1]})

    @HAS_WAYS
    @rule(kind=st.sampled_from(["mailing", "document"]), pick=PICK, crash=CRASH)
    def freeze(self, kind: Literal["mailing", "document"], pick: int, *, crash: bool) -> None:
        """Freeze a letter or one file: whatever stood before, nothing of it opens afterwards."""
        self.tick()
        letter = self.model.letters[self.way(pick).letter]
        file = list(letter.files)[pick % len(letter.files)] if kind == "document" else ""
        target, by, now = Frozen(kind, file or letter.id), self.desk.cast.admin, self.now
        done = self.desk.act(
            lambda session: freeze(session, self.desk.house.keys, target, by=by, reason="Wrong.", now=now),
            crash=crash, what=f"freeze {kind}",
        )  # fmt: skip
        if done is None:
            return
        if done.is_repeat:
            assert letter.dead or file in letter.dead_files, "a freeze wrote nothing, and something lives"
            return
        self.incidents.append((done.incident_id, letter.id, file, not letter.dead))
        if file:
            letter.kill_file(file, done.incident_id)
        else:
            self.whole[letter.id] = done.incident_id
            letter.kill(done.incident_id)

    @precondition(lambda self: self.incidents)
    @rule(pick=PICK, crash=CRASH)
    def undo(self, pick: int, *, crash: bool) -> None:
        """Undo a freeze: fresh links for whose links died by it, and for nothing that is dead by any other act."""
        self.tick()
        incident, letter_id, file, is_ours = self.incidents[pick % len(self.incidents)]
        letter = self.model.letters[letter_id]
        is_again = incident in self.undone
        is_free = is_ours and letter.dead in {"", incident} and self.whole.get(letter_id, incident) == incident
        may = is_free and (letter.dead_files.get(file) == incident if file else letter.dead == incident)
        expected = self.model.fresh(letter, incident, file=file)
        done = self.desk.undo(incident, letter_id, crash=crash)
        if done is None:
            is_sure = may and expected and not (crash or file or letter_id in self.closed)
            assert not is_sure, "a freeze that may be undone is not"
            return
        assert may or is_again, "undoing a freeze gave back what was dead by another act"
        if is_again:
            return
        if letter.dead == incident:
            letter.dead = ""
        letter.dead_files.pop(file, None)
        self.undone.add(incident)
        if self.whole.get(letter_id) == incident:
            del self.whole[letter_id]
        self._learn(letter, expected)

    # The worker
