"""Mail addresses and phone numbers in a text, each in the one spelling they are known by."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from portal.guard.lexicon import entries
from portal.guard.text.folding import fold
from portal.guard.text.letter_tables import Numbers
from portal.guard.text.vocabulary import any_of
from portal.guard.views.passages import Passage

PHONE_DIGITS: Final = 7  # digits of a phone number without its area code; by definition
_BITS: Final = np.array([1 << bit for bit in range(8)], np.uint8)
_TENS: Final = np.array([10**place for place in reversed(range(PHONE_DIGITS))], np.uint32)

_ONE_DIGIT_CODES: Final = ("1", "7")
_TWO_DIGIT_CODES: Final = re.compile(r"2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]")
"""ITU-T E.164 country codes of two digits; all but those and 1 and 7 have three."""
_LONGEST_PHONE: Final = 15  # digits; ITU-T E.164
_LONGEST_CODE: Final = 3  # digits of a country's code; ITU-T E.164
_NATIONAL: Final = re.compile("[2-9][0-9]{9}")
"""A number in North America."""

_ADDRESS_LOCAL: Final = re.compile(r"[\w.+%&=~-]{1,64}")
_ADDRESS_DOMAIN: Final = re.compile(r"(?:[\w-]{1,63}\.)+[\w-]{2,63}")
_PLAIN_ADDRESS: Final = re.compile(r"[a-z][a-z0-9_.+-]{0,63}@(?:[a-z0-9-]{1,63}\.){1,3}[a-z0-9-]{2,63}")
_QUOTED_LOCAL: Final = re.compile(r"^(?:mailto:|[.+%&=~-]|3d)+")
_ESCAPED_SIGN: Final = "3d"
"""What is left of an equals sign in quoted-printable text (RFC 2045, 6.7); an address may stick to it."""
_SPOKEN_AT: Final = re.compile(rf" (?:{any_of('at-words')}) (?=[\w-]+(?:\.| (?:{any_of('dot-words')}) )[\w-])")
_AT_WORDS: Final = tuple(f" {word} " for word in entries("at-words"))
_MARKED_AT: Final = re.compile(r"[(\[{<]\s?(?:at|@)\s?[)\]}>]|%40|@(?=\s)|(?<=\s)@|(?<=\w)[*_-]at[*_-](?=\w)")
_DOT: Final = re.compile(
    rf"\s{{0,3}}(?:[(\[{{<]\s?(?:{any_of('dot-words-in-brackets')}|\.)\s?[)\]}}>]"
    rf"|(?<=\w)(?:\s+|[*_-])(?:{any_of('dot-words')})(?:\s+|[*_-])(?=\w))\s{{0,3}}"
)
_PLAIN_AT: Final = re.compile(r"(?<=\w)@(?=\w)")
_BLANKS_AROUND: Final = re.compile(r"\s{1,3}@\s{0,3}|@\s{1,3}")
_AT_MARKS: Final = (
    "(at", "( at", "[at", "[ at", "{at", "<at", "%40", " @", "@ ", "\n@", "@\n", "(@", "[@", "_at_", "-at-", "*at*",
)  # fmt: skip
_DOT_MARKS: Final = ("(dot", "( dot", "[dot", "[ dot", "{dot", "<dot", " dot ", "(.", "[.", "(punto", " punto ")
"""What hides the stop of an address whose @ is plain to see, which is read as one with a hidden @."""
_ANY_AT: Final = ("@", "%40", *entries("at-words"))
_WIDEST: Final = 120  # characters on either side; by eye
_MARKS: Final = " ()[].+/-\n\t\u00b7\u2022_"
_IN_PHONES: Final = np.isin(np.arange(ord(max(_MARKS)) + 2), [ord(mark) for mark in _MARKS])
"""Tells of each character, up to one behind the last of them, if it may stand between digits of a phone number."""
_NEXT_DIGIT: Final = 6
"""More than the characters of a number from one digit to the next; by eye."""
_LOCAL: Final = re.compile(r"[0-9]{3}[ .\u00b7-]?[0-9]{4}(?![0-9]|[.,-][0-9])")
_GOES_BEFORE: Final = re.compile(r"[0-9][ ()\[\].+/\-\t\u00b7_]{0,4}\Z|[$\u20ac\u00a3][ ]?\Z")
_WIDEST_END: Final = (PHONE_DIGITS - 1) * 5
"""From the first digit of a number's end to the last, with four marks between each two; by definition."""
_WITHOUT_MARKS: Final = str.maketrans("", "", " ().+/-")
_EXTENSION: Final = re.compile(r"ext\b|extension\b|x\s?[0-9]|#|;")
_BLANK_LINE: Final = re.compile(r"\n[^\S\n]*\n")
_GROUPS: Final = re.compile("[0-9]+")


def known_addresses_in(
    passage: Passage, known: Mapping[str, object], hosts: AbstractSet[str], locals_end: AbstractSet[str]
) -> set[str]:
    """Return which of the `known` addresses stand in a passage.

    Only what is near one of their `hosts` is looked at, and has a word in which the part before the @ ends.
    """
    found, done = set[str](), set[str]()
    for start, end in _near_locals(passage, passage.present & hosts, passage.present & locals_end):
        low, high = max(start - _WIDEST, 0), end + _WIDEST
        near = passage.folded[low:high]
        if near in done:
            continue  # the foot of every page
        done.add(near)
        if locals_end.isdisjoint(passage.spaced[low + 1 : high + 1].split()) and _ESCAPED_SIGN not in near:
            continue
        if any(map(near.__contains__, _ANY_AT)):
            found.update(address for address in _addresses_near(near) if address in known)
    return found


def _near_locals(passage: Passage, hosts: AbstractSet[str], locals_end: AbstractSet[str]) -> Iterable[tuple[int, int]]:
    """Return where hosts stand that have a word near in which the part before an @ ends; all if signs are escaped."""
    if not hosts or _ESCAPED_SIGN in passage.folded:
        return passage.places_of(hosts)
    if not locals_end:
        return ()
    (starts, ends), near = passage.spans_of(hosts), passage.spans_of(locals_end)[0]
    some = np.flatnonzero(near.searchsorted(starts - _WIDEST) < near.searchsorted(ends + _WIDEST))
    return zip(starts.take(some).tolist(), ends.take(some).tolist(), strict=True)


@lru_cache(maxsize=1 << 10)
def _addresses_near(folded: str) -> frozenset[str]:
    """Return the addresses in some words; remembered, as the school's own stands at the foot of every page."""
    return frozenset(addresses_in(folded))


def addresses_in(folded: str) -> set[str]:
    """Return the mail addresses in folded text, without signs that may as well be quotes or stops around them.

    Also those written to hide from machines: `ana (at) home (dot) test`.
    """
    found = set(plain_addresses(folded)) if "@" in folded else set()
    hidden = [*_SPOKEN_AT.finditer(folded)] if any(map(folded.__contains__, _AT_WORDS)) else []
    if any(map(folded.__contains__, _AT_MARKS)):
        hidden += _MARKED_AT.finditer(folded)
    if "@" in folded and any(map(folded.__contains__, _DOT_MARKS)):
        hidden += _PLAIN_AT.finditer(folded)
    for at in hidden:
        before, after = folded[max(at.start() - _WIDEST, 0) : at.start()], folded[at.end() : at.end() + _WIDEST]
        found.update(plain_addresses(_DOT.sub(".", _BLANKS_AROUND.sub("@", f"{before}@{after}"))))
    return found


def plain_addresses(folded: str) -> Iterator[str]:
    """Yield what may be the address around each @, which hides nothing."""
    at = folded.find("@")
    while at >= 0:
        backwards = _ADDRESS_LOCAL.match(folded[max(at - 64, 0) : at][::-1])
        domain = _ADDRESS_DOMAIN.match(folded, at + 1, at + 255)
        if backwards and domain and (name := _QUOTED_LOCAL.sub("", backwards[0][::-1])):
            labels = domain[0].split(".")
            for last in range(2, len(labels) + 1):  # a file's name may end in more than the address
                yield f"{name}@{'.'.join(labels[:last])}"
                if plain := without_tag(name):
                    yield f"{plain}@{'.'.join(labels[:last])}"
                if "=" in name or "&" in name:  # a link's field: to=ana@home.test
                    yield f"{re.split('[=&]', name)[-1]}@{'.'.join(labels[:last])}"
        at = folded.find("@", at + 1)


def without_tag(local: str) -> str:
    """Return what stands before the + of an address, whose mail comes to the same box; empty without one (RFC 5233)."""
    plain, plus, _ = local.partition("+")
    return plain if plus else ""


def is_plain_address(small: str) -> bool:
    """Whether small letters are one mail address as nearly all are: folded it is the same, and nothing hides in it."""
    return _PLAIN_ADDRESS.fullmatch(small) is not None


def addresses_of(emails: Sequence[str]) -> set[str]:
    """Return the addresses that somebody is known by, as they are given; of one with a tag that without it as well."""
    if len(emails) == 1 and "+" not in emails[0] and is_plain_address(alone := emails[0].lower()):
        return {emails[0] if emails[0] == alone else alone}  # as nearly everyone has; the same text is kept once
    found = set()
    for email in emails:
        if is_plain_address(small := email.lower()):
            found.add(small)
        elif addresses := addresses_in(fold(email)):
            found.add(max(addresses, key=len))
    for local, _, domain in [address.rpartition("@") for address in found if "+" in address]:
        if plain := without_tag(local):
            found.add(f"{plain}@{domain}")
    return found


def phone_core(folded: str) -> str | None:
    """Return the national digits of one phone number without trunk zeros; None for fewer than seven."""
    digits = folded.translate(_WITHOUT_MARKS)
    if not (digits.isascii() and digits.isdigit()):
        folded = _EXTENSION.split(folded, 1)[0]
        digits = "".join(_GROUPS.findall(folded))
    is_international = folded.lstrip(" (").startswith(("+", "00"))
    digits = digits.lstrip("0") if is_international else digits
    if is_international:
        length = 1 if digits.startswith(_ONE_DIGIT_CODES) else 2 if _TWO_DIGIT_CODES.match(digits) else 3
        digits = digits[length:]
    elif len(digits) == 11 and digits.startswith("1"):
        digits = digits[1:]
    core = digits.lstrip("0")
    return core if len(core) >= PHONE_DIGITS else None


def cores_of(phones: Iterable[str]) -> dict[str, str]:
    """Return the national digits of each of many phone numbers that has enough of them."""
    every = tuple(dict.fromkeys(phones))
    digits = "\n".join(every).translate(_WITHOUT_MARKS).split("\n")
    if len(digits) != len(every):  # a number goes over two lines
        digits = [""] * len(every)
    cores = {}
    for phone, bare in zip(every, digits, strict=True):
        is_usual = _NATIONAL.fullmatch(bare) and "+" not in phone
        if core := bare if is_usual else phone_core(fold(phone)):
            cores[phone] = core
    return cores


def ends_of(phones: Iterable[str]) -> NDArray[np.uint32]:
    """Return what number the last seven digits of each national phone number are."""
    digits = "".join([phone[-PHONE_DIGITS:] for phone in phones]).encode("ascii")
    ends: NDArray[np.uint32] = (np.frombuffer(digits, np.uint8).reshape(-1, PHONE_DIGITS) - np.uint8(ord("0"))) @ _TENS
    return ends


class PhoneEnds:
    """The last digits of known phone numbers, one bit for each number that seven digits can be."""

    def __init__(self, phones: Collection[str]) -> None:
        ends = ends_of(phones)
        self.shortest: int = min(map(len, phones), default=PHONE_DIGITS)
        """Digits that a known number has at the least."""
        self._table = np.zeros(10**PHONE_DIGITS // 8, np.uint8)
        np.bitwise_or.at(self._table, ends >> 3, _BITS.take(ends & 7))
        self._plain = self._table.tobytes()  # one at a time is asked for faster so
        self._are_longer = all(len(phone) > PHONE_DIGITS for phone in phones)

    def places_in(self, places: Numbers, digits: Numbers) -> Numbers:
        """Return at which of these places the digits begin to be such an end, those further apart left out."""
        count = len(digits) - PHONE_DIGITS + 1
        if count < 1:
            return places[:0]
        begins = np.flatnonzero(places[-count:] - places[:count] <= _WIDEST_END)
        ends: Numbers = np.zeros(len(begins), np.uint32)
        for at in range(PHONE_DIGITS):
            ends = ends * np.uint32(10) + digits.take(begins + at)
        return places.take(begins[np.flatnonzero(self._table.take(ends >> 3) & _BITS.take(ends & 7))])

    def of_longer(self, ends: Numbers, places: Numbers) -> Numbers:
        """Return those of these ends that may be of a known number, as other digits stand before them.

        All of them where a known number has no other digits.
        """
        if not self._are_longer or not len(ends):
            return ends
        at = places.searchsorted(ends)
        return ends[(at > 0) & (ends - places.take(at - 1, mode="clip") <= _NEXT_DIGIT)]

    def __contains__(self, digits: str) -> bool:
        """Whether a known number ends in these seven digits."""
        end = int(digits)
        return bool(self._plain[end >> 3] >> (end & 7) & 1)


def known_phones_in(passage: Passage, known: Mapping[str, object], ends: PhoneEnds, near: Numbers) -> set[str]:
    """Return which of the `known` national numbers stand in a passage, in any notation.

    Every reading of the digit groups is tried, with and without trunk zeros and country code; but only where the
    digits hold one of `ends`, the last seven of each known number, as they do from each place in `near` on.
    """
    found: set[str] = set()
    for run in _runs(passage, near):
        for piece in _BLANK_LINE.split(run) if "\n" in run else (run,):
            found.update(filter(known.__contains__, _cores_of(_GROUPS.findall(piece), ends)))
    return found


def _runs(passage: Passage, near: Numbers) -> set[str]:
    """Return the digits around each of these places of digits, with what marks and blanks a number has between."""
    digits = passage.digits[0]
    gaps = digits[1:] - digits[:-1]
    are_joined = gaps == 1
    wide = np.flatnonzero(~are_joined & (gaps < _NEXT_DIGIT))
    are_joined[wide] = _are_of_phone(passage, digits.take(wide), gaps.take(wide))
    bounds = np.concatenate(([0], np.flatnonzero(~are_joined) + 1, [len(digits)]))
    runs = bounds.searchsorted(digits.searchsorted(near), "right")
    runs = runs[np.append(runs[:-1] != runs[1:], [True])[: len(runs)]]  # each run once: `near` is in order
    starts, stops = digits.take(bounds.take(runs - 1)), digits.take(bounds.take(runs) - 1) + 1
    enough = np.flatnonzero(bounds.take(runs) - bounds.take(runs - 1) >= PHONE_DIGITS)
    text, places = passage.folded, zip(starts.take(enough).tolist(), stops.take(enough).tolist(), strict=True)
    return {text[start:stop] for start, stop in places}


def _are_of_phone(passage: Passage, places: Numbers, gaps: Numbers) -> NDArray[np.bool_]:
    """Tell of digits at these places if all between each and the next, which is so far away, may be in a phone."""
    are = np.ones(len(places), np.bool_)
    for step in range(1, int(gaps.max(initial=0))):
        marks = passage.marks.take(places + step, mode="clip")
        are &= (gaps <= step) | _IN_PHONES.take(marks, mode="clip")
    return are


def local_numbers_in(passage: Passage, near: Iterable[int]) -> Iterator[tuple[str, int, int]]:
    """Yield where seven digits stand alone that a known number ends in: as people write it who share the area code."""
    for start in near:
        found = _LOCAL.match(passage.folded, start)
        if found and not _GOES_BEFORE.search(passage.folded, max(start - 6, 0), start):
            yield "".join(_GROUPS.findall(found[0])), start, found.end()


def _cores_of(groups: list[str], ends: PhoneEnds) -> list[str]:
    """Return the national numbers that digit groups side by side may be, of those that end as a known one does."""
    cores = list[str]()
    for last in range(len(groups)):
        digits = ""
        for group in groups[last : last - _LONGEST_PHONE if last >= _LONGEST_PHONE else None : -1]:
            is_long = len(digits) >= PHONE_DIGITS
            digits = group + digits
            if len(digits) > _LONGEST_PHONE + 2:
                break
            if len(digits) < PHONE_DIGITS:
                continue
            if not is_long and digits[-PHONE_DIGITS:] not in ends:
                break  # whatever stands before it
            core = bare = digits.lstrip("0")
            for code in range(1, _LONGEST_CODE + 2):
                if len(core) < ends.shortest:
                    break  # with more taken away it gets no longer
                cores.append(core)
                core = bare[code:].lstrip("0")
    return cores
