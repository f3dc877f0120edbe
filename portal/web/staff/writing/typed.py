"""What a writer typed, kept as typed: into a draft when it is right, back into the page when it is not."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from portal.kernel.configuration.settings import Settings
from portal.mailings.rules import Draft, Term, TermKind, check_draft
from portal.overviews.writing.drafting import Places, SoFar
from portal.publish import field_of
from portal.web.posted.forms import Form
from portal.words.languages import ENGLISH, languages

_WHOLE: Mapping[str, TermKind] = {"everyone": "everyone", "files": "files"}
_PARTS: tuple[TermKind, ...] = ("program", "site", "grade")
MOST_LETTERS = 60
"""Files of one form: a letter in more languages than any district reads."""


def others() -> tuple[str, ...]:
    """Return the tags of the languages that a letter may be in besides English."""
    return tuple(language.tag for language in languages() if language != ENGLISH)


@dataclass(frozen=True, slots=True)
class Typed:
    """The fields of the form as they stand in the browser; `whom` is everyone, part, children, files or not said yet.

    `numbers` are children as they were named, one a line, `guardians` the only ones who get it. `words` are title and
    message in other languages, `texts` the letters that are written here, the English one under no language, and `drop`
    the languages whose file is to go.
    """

    title: str = ""
    message: str = ""
    whom: str = ""
    chosen: Mapping[TermKind, list[str]] = field(default_factory=dict)
    numbers: str = ""
    guardians: str = ""
    expires: str = ""
    words: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    drop: frozenset[str] = frozenset()
    confidential: bool = False
    acknowledge: bool = False

    @property
    def is_for_one(self) -> bool:
        """Whether it is for one child that was named."""
        return [term.kind for term in self.terms] == ["child"]

    def draft(self, settings: Settings, *, addressed: frozenset[str] | None = None) -> Draft:
        """Return what was typed as a draft, for the `addressed` guardians alone where there are such.

        Raises `DraftFaults` with a sentence for each field that is wrong.
        """
        draft = check_draft(
            title=self.title,
            message=self.message,
            terms=self.terms,
            link_days=int(self.expires) if re.fullmatch(r"[0-9]{1,4}", self.expires.strip()) else 0,
            link_hosts=settings.link_hosts,
            words=self.words,
            confidential=self.confidential,
            acknowledge=self.acknowledge,
        )
        return replace(draft, addressed=addressed)

    @property
    def terms(self) -> list[Term]:
        """Whom it is for, as far as it was said."""
        # Everything that was answered counts: two answers are a question to the writer, never a guess.
        terms = [Term(_WHOLE[self.whom])] if self.whom in _WHOLE else []
        terms += [Term(kind, value) for kind in _PARTS for value in self.chosen.get(kind, [])]
        return terms + [Term("child", number) for number in filter(None, map(str.strip, self.numbers.splitlines()))]


def typed_in(form: Form) -> Typed:
    """Return what was posted."""
    chosen = {kind: form.all(kind) for kind in _PARTS}
    words = {tag: (form.text(f"title-{tag}"), _lines(form, f"message-{tag}")) for tag in others()}
    texts = {tag: _lines(form, field_of("text", tag)) for tag in ("", *others())}
    return Typed(
        form.text("title"),
        _lines(form, "message"),
        form.text("audience"),
        chosen,
        form.text("numbers"),
        form.text("guardians"),
        form.text("expires"),
        {tag: said for tag, said in words.items() if any(said)},
        {tag: text for tag, text in texts.items() if text.strip()},
        frozenset(tag for tag in others() if form.text(f"drop-{tag}")),
        bool(form.text("confidential")),
        bool(form.text("acknowledge")),
    )


def _lines(form: Form, name: str) -> str:
    return form.text(name).replace("\r\n", "\n")


def nothing_yet(settings: Settings, places: Places, *, sites: frozenset[str] | None) -> Typed:
    """Return an empty form: whoever is limited to sites starts with those; nobody starts with everyone."""
    if sites is None:
        return Typed(expires=str(settings.link_days))
    own = [site for site in places.sites if site in sites]
    return Typed(whom="part", chosen={"site": own}, expires=str(settings.link_days))


def for_child(typed: Typed, named: str, guardian: str = "") -> Typed:
    """Return the same form for one child, as its name and number, or for one guardian of it alone."""
    return replace(typed, whom="children", chosen={}, numbers=named, guardians=guardian)


def typed_before(so_far: SoFar) -> Typed:
    """Return a mailing as its writer typed it."""
    kinds = {term.kind for term in so_far.terms}
    whom = next((name for name in _WHOLE if name in kinds), "children" if "child" in kinds else "part")
    chosen = {kind: [term.value for term in so_far.terms if term.kind == kind] for kind in _PARTS}
    numbers = "\n".join(term.value for term in so_far.terms if term.kind == "child")
    # what stands in English too was not written for that language
    words = {
        tag: ("" if title == so_far.title else title, "" if message == so_far.message else message)
        for tag, (title, message) in so_far.words.items()
    }
    typed = Typed(so_far.title, so_far.message, whom, chosen, numbers, so_far.guardians, str(so_far.link_days), words)
    return replace(typed, confidential=so_far.confidential, acknowledge=so_far.acknowledge)
