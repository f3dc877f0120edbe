"""Reads the lines of a picture one by one, with tesseract's models and, where these are unsure, a second reader."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from portal.reading.ocr.components.connected_components import Levels
from portal.reading.ocr.components.line_crops import cut_out
from portal.reading.ocr.components.line_finding import Line
from portal.reading.ocr.layout.coverage import Chart
from portal.reading.ocr.recognition.cross_check import Witness
from portal.reading.ocr.recognition.line_readings import BY_FAR, Doubt, Strip, vouch_for, words_in
from portal.reading.ocr.recognition.tesseract import ENGLISH, Readers
from portal.reading.ocr.recognition.unread_lines import has_squares

WAYS: Final = ((44, True), (44, False), (60, True))  # pixels a line is high for tesseract; is paper made white?; by eye
_MAX_TRIES: Final = 200  # lines that are not clear and are tried; by eye
_SOME_WORDS: Final = 12  # characters of a line that a reading which is less sure may confirm; by eye


class LineReader:
    """Reads lines with all readers. Not safe for threads."""

    def __init__(self, readers: Readers, witness: Witness) -> None:
        self._readers, self._witness = readers, witness

    def read(self, lines: list[Line], levels: Levels, chart: Chart) -> tuple[list[Strip], list[Strip]]:
        """Return what is sure and what is not; a line that was read is not read again in another grouping."""
        sure: list[Strip] = []
        doubtful: list[Strip] = []
        tries = _MAX_TRIES
        for line in sorted(lines, key=lambda line: (not line.is_clear, -line.length)):
            if chart.has(line):
                continue
            if not line.is_clear:
                tries -= 1
                if tries < 0:
                    continue
            best, is_sure = self.read_line(line, levels)
            (sure if is_sure else doubtful).append(best)
            if is_sure:
                chart.note(line)
        return sure, doubtful

    def read_line(self, line: Line, levels: Levels) -> tuple[Strip, bool]:
        """Return the best of some tries, and whether it is sure: by far, or confirmed by another of the same model.

        Of a clear line the second reader is asked last.
        """
        tried: dict[int, list[Strip]] = {number: [] for number in self._readers.numbers}
        last, doubted = self._readers.numbers[-1], None
        confirmed: dict[int, Strip | None] = {}
        for number, strip in self.tries(line, levels):
            confirmed[number] = _confirmed(strip, tried[number])
            tried[number].append(strip)
            asked = (ENGLISH,) if number == ENGLISH else self._readers.numbers[1:] if number == last else ()
            for model in asked:
                others = [other for by, ones in tried.items() if by != model for other in ones]
                if (found := confirmed[model]) and (model == ENGLISH or found.is_borne_out_by(others)):
                    found = replace(found, unvouched=self._doubts(found, levels, model))
                    if not found.unvouched and not has_squares(found, levels):
                        return found, True
                    doubted = doubted or found
            if doubted and number == last:
                break
            is_hopeless = not line.is_clear and not any(other.is_sure for other in tried[ENGLISH])
            if is_hopeless and (strip.is_turned or len(line.xs) < 5):
                break
        ways = [one for ones in tried.values() for one in ones]
        if line.is_clear and (found := self._witnessed(line, levels, ways, [*filter(None, confirmed.values())])):
            return found, True
        return doubted or max(ways, key=lambda strip: strip.confidence), False

    def _witnessed(self, line: Line, levels: Levels, ways: Sequence[Strip], likely: Sequence[Strip]) -> Strip | None:
        """Return what the second reader makes of a line, if the models said about the same, or it says so of all cuts.

        Or what is `likely` by a model alone, as words are that no other knows, if the reader says nearly the same.
        """
        upright, heard = [strip for strip in ways if not strip.is_turned], list[Strip]()
        for rows, is_bare in WAYS:
            cut = cut_out(line, levels, rows, is_turned=False, is_bare=is_bare)
            words = tuple(words_in(self._witness.read(cut), cut, line, is_turned=False))
            strip = Strip(line, is_turned=False, words=words)
            if not words or not strip.is_whole or strip.is_odd:
                continue
            if strip.is_nearly(upright):
                return strip
            if found := next((one for one in likely if one.is_confirmed_by(strip)), None):
                return found
            heard.append(strip)
        return heard[0] if len(heard) == len(WAYS) and heard[0].is_said_by(heard) else None

    def _doubts(self, strip: Strip, levels: Levels, model: int) -> tuple[Doubt, ...]:
        """Return where a line that is read may hold another script: what is weak at one size, and unsure at others."""
        stretches, ways = strip.doubts(), list[Strip]()
        turns = (strip.is_turned,)
        for _, way in self.tries(strip.line, levels, turns, models=(model,)) if stretches else ():
            ways.append(way)
            stretches = [stretch for stretch in stretches if not vouch_for(stretch, ways)]
            if not stretches:
                break
        return tuple(strip.doubt_of(stretch, ways) for stretch in stretches)

    def tries(
        self,
        line: Line,
        levels: Levels,
        turns: Sequence[bool] = (False, True),
        models: Sequence[int] | None = None,
    ) -> Iterator[tuple[int, Strip]]:
        """Read a line as it stands and on its head, at one size and then at others, with each model by its number."""
        for rows, is_bare in WAYS:
            upright = 0.0
            for is_turned in turns:
                cut = cut_out(line, levels, rows, is_turned=is_turned, is_bare=is_bare)
                for number in models or self._readers.numbers:
                    words = tuple(words_in(self._readers.read(number, cut), cut, line, is_turned=is_turned))
                    yield number, (strip := Strip(line, is_turned, words))
                    if number == ENGLISH and is_turned and strip.confidence <= upright:
                        break  # the other models look only where the English one sees more
                    upright = upright if is_turned else max(upright, strip.confidence)


def _confirmed(strip: Strip, before: Sequence[Strip]) -> Strip | None:
    """Return what a line is read as, if the same model said so before, or says so by far; the surer one of the two."""
    alike = [] if strip.is_turned else [other for other in before if strip.agrees_with(other)]
    may_be = (strip, *alike) if len(strip.text) >= _SOME_WORDS else (strip,)
    if sure := next((one for one in may_be if one.is_sure and (alike or one.confidence >= BY_FAR)), None):
        return sure
    is_said_twice = any(strip.text == other.text for other in before if not other.is_turned)
    return strip if strip.is_likely and is_said_twice else None
