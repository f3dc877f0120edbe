"""Reads the letters off a picture, or says that it cannot be sure. Decides by evidence.

Lines that may be writing are found first (`lines`). Each is cut out upright, dark on light and of one height,
and read by tesseract's line recogniser. No line: no text. Every clear line read with confidence: read. A clear
line that nobody could read (another script, a hand, too small): unsure.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from portal.kernel.text.folding import folded
from portal.reading.images.colours import parted
from portal.reading.images.grey import Picture
from portal.reading.ocr.components.connected_components import Grey, Levels
from portal.reading.ocr.components.line_finding import Line, find_lines, scales_of
from portal.reading.ocr.components.tick_boxes import is_left_among, without_boxes
from portal.reading.ocr.layout.coverage import Chart
from portal.reading.ocr.layout.dash_gaps import hyphens_beside
from portal.reading.ocr.layout.glyph_islands import Island, find_islands
from portal.reading.ocr.layout.reading_order import in_order
from portal.reading.ocr.layout.reversed_bars import without_bars
from portal.reading.ocr.layout.skewed_lines import is_left_aslant
from portal.reading.ocr.layout.text_bands import ruled_out, without_rules
from portal.reading.ocr.net_reader import Looker
from portal.reading.ocr.nets.detector import Finder, Writing
from portal.reading.ocr.nets.page_ink import Ink
from portal.reading.ocr.nets.shading import evened
from portal.reading.ocr.recognition.agreement import is_piece, is_said, words_said
from portal.reading.ocr.recognition.cross_check import Witness
from portal.reading.ocr.recognition.disc_letters import Discs
from portal.reading.ocr.recognition.expected_width import full_places
from portal.reading.ocr.recognition.line_reader import LineReader
from portal.reading.ocr.recognition.line_readings import BY_FAR, Strip
from portal.reading.ocr.recognition.orientation import Sideways, check_upright
from portal.reading.ocr.recognition.page_state import Told
from portal.reading.ocr.recognition.tesseract import ENGLISH, Readers
from portal.reading.ocr.recognition.unread_lines import (
    LEVEL,
    LIKELY,
    TEXTURE,
    is_brief_on_its_head,
    is_foreign,
    may_be_a_name,
    may_be_foreign,
    somebody_wrote,
)
from portal.reading.ocr.removal.dashed_lines import are_bare
from portal.reading.ocr.removal.line_drawings import without_drawn
from portal.reading.ocr.removal.qr_codes import Spoiled, without_codes
from portal.reading.ocr.removal.ruling_lines import Ruled, Tangled, find_rules, is_page
from portal.reading.ocr.removal.straight_lines import without_straight
from portal.reading.seeing import NoText, Read, Sight, Unsure

MAX_PIXELS: Final = 12_000_000
"""Pixels in all: a larger picture is made smaller first, so its letters need some 15 pixels instead of 8; by eye."""
_MOST_MODELS: Final = 4  # models of five that say the same: others are not asked; by eye


class Eyes:
    """Finds the lines of a picture and reads them, with tesseract's models loaded. Not safe for threads."""

    def __init__(self, models: Path | None = None) -> None:
        """Load the models, and all in a folder. Raises `RuntimeError` for one that is missing or damaged."""
        self._readers = Readers(models)
        self._finder = Finder()
        self._witness = Witness()
        self._looker = Looker(self._finder, self._witness, self._readers)
        self._lines = LineReader(self._readers, self._witness)
        self._discs = Discs(self._readers, self._finder)

    def look_at(self, pictures: Sequence[Picture]) -> list[Sight]:
        """Look at pictures here and now, whatever they are: for tests and for use within a cage."""
        return [self.look(picture.width, picture.height, picture.unpacked) for picture in pictures]

    def warm_up(self) -> None:
        """Read a word of our own, so that all that loads late is loaded."""
        sheet = Image.new("L", (200, 60), 255)
        ImageDraw.Draw(sheet).text((20, 20), "Welcome", fill=0, font=ImageFont.load_default(30))
        self.look(sheet.width, sheet.height, sheet.tobytes())

    def look(self, width: int, height: int, unpacked: bytes) -> Sight:
        """Look at `width` times `height` grey pixels, black is 0, with the colours behind them (see `colours`)."""
        grey, colours = parted(unpacked, width, height)
        picture = Image.frombytes("L", (width, height), grey)
        if width * height > MAX_PIXELS:
            shrink = (MAX_PIXELS / (width * height)) ** 0.5
            picture = picture.resize((max(1, int(width * shrink)), max(1, int(height * shrink))), Image.Resampling.BOX)
        self._readers.forget()
        self._witness.forget()
        for _ in range(2):
            try:
                return self._look_at(picture, colours)
            except Sideways as lies:
                picture = picture.transpose(lies.back)
                colours = colours and colours.transpose(lies.back)
        return Unsure()

    def _look_at(self, picture: Grey, colours: Image.Image | None) -> Sight:
        """Look at a picture, and if that is not sure, at what stands on its bars by itself. Raises `Sideways`."""
        try:
            picture = without_codes(picture)
        except Spoiled:
            return Unsure()
        drawn = self._looker.in_drawings(picture, colours) if colours else None
        plain = drawn.plain if drawn else None
        seen = self._look_in_ways(picture, plain)
        if isinstance(seen, Unsure):
            seen = self._look_at_bars(plain or picture)
        return _with(seen, drawn.said) if drawn else seen

    def _look_at_bars(self, picture: Grey) -> Sight:
        """Look at what stands on the bars of a picture by itself, and at all else with them as paper."""
        unbarred = without_bars(picture)
        said = self._looker.read_all(unbarred.picture, unbarred.bars) if unbarred else None
        return _with(self._look_in_ways(unbarred.picture, None), said) if unbarred and said else Unsure()

    def _look_in_ways(self, picture: Grey, plain: Grey | None) -> Sight:
        """Look at a picture in several ways, until one is sure; `plain` is without its drawings. Raises `Sideways`."""
        seen = self._look(picture)
        if isinstance(seen, Unsure) and plain:
            picture = plain
            seen = self._look(picture)
        if isinstance(seen, Unsure) and (uncounted := self._discs.uncounted(picture)) is not None:
            picture = uncounted
            seen = self._look(picture)
        if isinstance(seen, Unsure):
            picture = evened(picture)
            seen = self._look_without_lines(picture)
        if isinstance(seen, Unsure) and self._looker.sees_no_letters(picture):
            seen = NoText()
        return seen if isinstance(seen, Unsure) else self._with_touching(self._with_signs(seen, picture), picture)

    def _look_without_lines(self, picture: Image.Image) -> Sight:
        """Look again without the lines of a form, its tick boxes and the rules of a table, or what is no writing."""
        seen: Sight = Unsure()
        unruled = ruled_out(picture)
        unboxed = without_boxes(unruled or picture)
        if unruled or unboxed:
            seen = self._look(unboxed or unruled or picture, boxed=(unruled or picture) if unboxed else None)
        if not isinstance(seen, Unsure):
            return seen
        match find_rules(picture):
            case Ruled() as ruled:
                seen = self._look(ruled.bare, ruled)
                return self._look_with_nets(picture) if isinstance(seen, Unsure) else seen
            case Tangled():
                return self._look_with_nets(picture)
            case None:
                return self._look_at_writing(picture)

    def _look_at_writing(self, picture: Image.Image) -> Sight:
        """Look again at nothing but what a net takes for writing, and ask the second reader, too.

        Where nothing is left to read, too much was painted over.
        """
        writing = self._finder.find(picture)
        if not are_bare(picture, writing.cells):
            return Unsure()
        seen = self._look(writing.alone(picture), writing=writing)
        return seen if isinstance(seen, Read) else Unsure()

    def _look_with_nets(self, picture: Grey) -> Sight:
        """Look again with nets, at what tesseract could not read for sure, or read aslant, too: it cuts letters off."""
        ink = Ink(picture) if is_page(picture) else None
        if ink and ink.touches_rule:
            return Unsure()
        levels, chart = list(scales_of(picture)), Chart(picture.size)
        sure, unsure = self._lines.read([line for line in find_lines(levels) if not line.is_brief], levels, chart)
        if is_brief_on_its_head(sure):
            return Unsure()
        level = [strip for strip in sure if strip.line.slant <= LEVEL]
        left = [
            strip.line
            for strip in unsure
            if (strip.line.is_clear or strip.is_nearly_read)
            and strip.line.signs.may_be
            and not (chart.has(strip.line) and strip.is_made_sure_by(sure))
        ]
        read = _full_of(level, picture.size).cells
        missed = self._looker.look(picture, read, [strip.text for strip in level], left, ink)
        if missed is None:
            return Unsure()
        told, guesses = missed
        aslant = _told_by(strip for strip in sure if strip not in level)
        text = in_order([*_told_by(level), *told], guesses, aslant, is_form=True)
        return Read(text) if text else Unsure()

    def _with_signs(self, seen: Sight, picture: Image.Image) -> Sight:
        """Add what is written one letter a disc; where nobody can read it, nothing is sure."""
        return _with(seen, self._discs.read_all(picture))

    def _with_touching(self, seen: Sight, picture: Grey) -> Sight:
        """Add what touches a rule, as it is read by itself: a reader of lines may have lost it, or letters of it."""
        if isinstance(seen, Unsure) or not is_page(picture := evened(picture)):
            return seen
        said = self._looker.hear(picture, Ink(picture).words_at_rules())
        known = words_said(seen.text) if isinstance(seen, Read) else []
        new = [text for text in said or () if not (is_said(text, known) or is_piece(text, known))]
        return _with(seen, None if said is None else new)

    def _look(
        self, picture: Grey, ruled: Ruled | None = None, boxed: Grey | None = None, writing: Writing | None = None
    ) -> Sight:
        """Look at it; where rules were taken out of it, nothing may be left but what was read and even paper.

        `boxed` is the same with its tick boxes: beside those, too, no word may be left. Raises `Sideways`.
        """
        levels = list(scales_of(picture))
        lines = find_lines(levels, also_short=ruled is not None)
        chart = Chart(picture.size)
        if ruled and not ruled.is_all_beside(_with_hyphens(lines, picture).cells, 0):
            return Unsure()  # however well the lines are read
        brief = [] if ruled else [line for line in lines if line.is_brief]
        sure, doubtful = self._lines.read([line for line in lines if ruled or not line.is_brief], levels, chart)
        check_upright(sure)
        if is_brief_on_its_head(sure):
            return Unsure()
        doubtful = [strip for strip in doubtful if ruled or strip.line.signs.may_be]  # a figure may be read, or nothing
        left = [strip for strip in doubtful if not chart.has(strip.line) or not strip.is_made_sure_by(sure)]
        is_left = somebody_wrote([strip.line for strip in left]) or any(strip.is_nearly_read for strip in left)
        if (
            is_left
            or self._hides_words(left, picture)
            or not (_is_all(ruled, sure) if ruled else _has_no_band(picture, levels, chart))
        ):
            return Unsure()
        beside = [] if ruled else self._read_beside(picture, chart, boxed)
        if beside is None:
            return Unsure()
        # last: they add words, and excuse nothing that is unread
        words, guessed = self._lines.read(brief, levels, chart)
        whole = Chart(picture.size, [*chart.lines, *_lines(beside)])
        rest = [one for one in (*left, *guessed) if not (whole.has(one.line) or whole.has_ink_of(one.line, picture))]
        charted = Chart(picture.size, [*whole.lines, *_lines(words)])
        if (boxed and is_left_among(boxed, picture, charted.cells)) or (
            not ruled and (any(may_be_a_name(strip, levels) for strip in rest) or is_left_aslant(charted, levels))
        ):
            return Unsure()
        told = [*sure, *words, *beside, *(strip for strip in (*left, *guessed) if strip.confidence >= LIKELY)]
        return self._tell(told, charted, (picture, levels), ruled, writing)

    def _hides_words(self, left: Sequence[Strip], picture: Grey) -> bool:
        """Whether what was left of a photo may be words of another script, by their marks or as a net sees them."""
        strips = [strip for strip in left if may_be_foreign(strip)]
        if not strips or is_page(picture):
            return False
        is_texture = len(left) >= TEXTURE
        return (not is_texture and any(map(is_foreign, strips))) or self._looker.shows(picture, _lines(strips))

    def _tell(
        self, told: list[Strip], charted: Chart, seen: tuple[Grey, Levels], ruled: Ruled | None, writing: Writing | None
    ) -> Sight:
        """Tell what was read, with the islands beside it and what a glance shows, if nothing is left."""
        picture, levels = seen
        wide = self._looker.bear_out(picture, told)
        if wide is None:
            return Unsure()
        full = Chart(picture.size, [*_full_of(told, picture.size).lines, *wide])
        islands = [] if ruled else self._read_islands(levels, full)
        if islands is None:
            return Unsure()
        told = [*told, *islands]
        read = Chart(picture.size, [*charted.lines, *_lines(islands)]).cells
        missed = ([], []) if writing else self._looker.glance(picture, read, [strip.text for strip in told])
        if missed is None or (writing and writing.unread(read)):
            return Unsure()
        further = [] if ruled or is_page(picture) else self._looker.follow(picture, told)
        text = in_order([*_told_by(told), *missed[0], *further], missed[1], is_form=ruled is not None)
        return Read(text) if text else NoText()

    def _read_beside(self, picture: Grey, chart: Chart, boxed: Grey | None) -> list[Strip] | None:
        """Read what thin lines kept from being read, or what is drawn; None if something like a word is left."""
        beside = self._read_bare(picture, chart, boxed or picture)
        if beside is None and not boxed and (plain := without_drawn(picture, chart.cells)) is not None:
            return self._read_bare(plain, chart, plain)
        return beside

    def _read_bare(self, picture: Grey, chart: Chart, boxed: Grey) -> list[Strip] | None:
        """Read what thin lines kept from being read; None if something like a word is left beside them."""
        straight = without_straight(picture)
        if straight is None and boxed is picture:
            return []
        plain = straight or picture
        levels = list(scales_of(plain))
        if not chart.leaves(boxed, plain, levels):
            return []
        again = Chart(picture.size, chart.lines)  # an E may lack its foot here: words that can be are read as they are
        sure, _ = self._lines.read(find_lines(levels, also_short=True), levels, again)
        return None if again.leaves(boxed, plain, levels) else sure

    def _read_islands(self, levels: Levels, full: Chart) -> list[Strip] | None:
        """Read the islands beside words that are `full` of letters; None if one cannot be read."""
        read: list[Strip] = []
        for island in find_islands(levels, full.cells):
            strip = self._read_island(island, levels)
            if strip is None:
                return None
            read.append(strip)
        return read

    def _read_island(self, island: Island, levels: Levels) -> Strip | None:
        """Read an island if it is a few Latin capitals after all, as initials in a logo are, or an amount or a time.

        Or a word that most models read alike, sure of it: of a square letter each makes something else.
        """
        least = 0 if island.are_narrow else BY_FAR
        told: dict[str, Strip] = {}
        said: dict[str, list[Strip]] = {}
        for number, way in self._lines.tries(island.line, levels, turns=(False,)):
            if number == ENGLISH:
                said.clear()
                if way.is_amount or (0 < len(way.initials) == island.letters and way.confidence >= least):
                    if (text := way.initials or way.text) in told:
                        return way
                    told[text] = way
            if way.is_word:
                alike = said.setdefault(folded(way.text), [])
                alike.append(way)
                if len(alike) >= _MOST_MODELS:
                    return max(alike, key=lambda strip: strip.confidence)
        return None


def _with(seen: Sight, said: Sequence[str] | None) -> Sight:
    """Return what was seen with what was said, too; nobody is sure where None was."""
    if isinstance(seen, Unsure) or said is None:
        return Unsure()
    told = dict.fromkeys([seen.text, *said] if isinstance(seen, Read) else said)
    return Read("\n\n".join(told)) if told else seen


def _told_by(strips: Iterable[Strip]) -> Told:
    return [(strip.as_read, strip.text) for strip in strips]


def _lines(strips: Sequence[Strip]) -> list[Line]:
    return [strip.line for strip in strips]


def _has_no_band(picture: Image.Image, levels: Levels, chart: Chart) -> bool:
    """Whether no band like a line of text was missed, with what is drawn, and the short lines of forms, or without."""
    if not chart.misses_any(levels) or not chart.misses_any(without_rules(levels, chart.cells)):
        return True
    plain = without_drawn(picture, chart.cells)
    return plain is not None and not chart.misses_any(without_rules(list(scales_of(plain)), chart.cells))


def _is_all(ruled: Ruled, sure: Sequence[Strip]) -> bool:
    """Whether nothing is left of a page without its rules but what was read: no ink, and no band too pale for that."""
    chart = _with_hyphens(_lines(sure), ruled.bare)
    if not ruled.is_all_beside(chart.cells, max((strip.line.height for strip in sure), default=0)):
        return False
    return not chart.misses_any(list(scales_of(ruled.without(chart.cells))))


def _with_hyphens(lines: Sequence[Line], picture: Grey) -> Chart:
    """Chart some lines and the dashes beside them."""
    return Chart(picture.size, [*lines, *hyphens_beside(lines, picture)])


def _full_of(strips: Sequence[Strip], size: tuple[int, int]) -> Chart:
    """Chart the words that have letters enough for their room."""
    return Chart(size, [place for strip in strips for place in full_places(strip)])
