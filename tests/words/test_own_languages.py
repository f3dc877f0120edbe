"""A district's own languages by a folder: added, corrected, and refused when a sentence could break a page."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.errors import StartRefused
from portal.words.languages import ENGLISH, language_named, languages, preferred, with_tag
from portal.words.own_languages import said_by, use_folder
from portal.words.saying import whole_day
from tests.house.catalogues import said

OPEN, UNTIL = "Open the letter", "You can open it until %(date)s."
COUNTED = ("%(num)s page", "%(num)s pages")


@pytest.fixture(autouse=True)
def _as_shipped() -> Iterator[None]:
    yield
    use_folder(None)


def write(folder: Path, name: str, *said: tuple[str, str], head: str = "nplurals=2; plural=(n != 1);") -> Path:
    lines = [f'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: {head}\\n"\n']
    lines += [f'msgid "{english}"\nmsgstr "{own}"\n' for english, own in said]
    path = folder / name
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_a_file_adds_a_language(tmp_path: Path) -> None:
    write(tmp_path, "pl.po", (OPEN, "Otwórz list"), (UNTIL, "Można go otworzyć do %(date)s."))
    use_folder(tmp_path)
    polish = with_tag("pl")
    assert polish is not None
    assert (polish.name, polish.direction) == ("Polski", "ltr")
    assert polish in languages()
    assert polish.gettext(OPEN) == "Otwórz list"
    assert polish.gettext("All your letters") == "All your letters", "what it does not say is said in English"
    assert whole_day(date(2026, 9, 4), polish) == "piątek, 4 września 2026"
    assert {language_named(written) for written in ("pl", "Polish", "polski")} == {polish}
    assert preferred("pl-PL,en;q=0.5") == polish
    assert said_by(tmp_path) == {"pl": 2}


def test_a_language_is_written_from_its_own_side(tmp_path: Path) -> None:
    write(tmp_path, "fa.po", (OPEN, "نامه را باز کنید"))
    use_folder(tmp_path)
    persian = with_tag("fa")
    assert persian is not None
    assert persian.direction == "rtl"


def test_a_file_corrects_a_shipped_language(tmp_path: Path) -> None:
    write(tmp_path, "es.po", (OPEN, "Abra la carta"))
    before = len(languages())
    use_folder(tmp_path)
    spanish = with_tag("es")
    assert spanish is not None
    assert (spanish.gettext(OPEN), spanish.gettext("All your letters")) == ("Abra la carta", "Todas sus cartas")
    assert len(languages()) == before
    use_folder(None)
    assert spanish.gettext(OPEN) == "Abrir la carta"


@pytest.mark.parametrize(
    ("name", "own", "why"),
    [
        ("pl.po", "Do kiedy?", "it has to keep %(date)s"),
        ("pl.po", "Do %(day)s.", "it has to keep %(date)s"),
        ("pl.po", "Do %(date)s, 100% tak", "a % that stands for nothing"),
        ("pl.po", "Do <b>%(date)s</b>", "it holds <"),
        ("pl.po", '\\" onfocus=\\"x %(date)s', 'a straight "'),
        ("pl.po", "Do\\r%(date)s", "a line break"),
        ("pl.po", "Do \u202e%(date)s", "an invisible mark of direction"),
        ("xx.po", "Do %(date)s", "no language is known as “xx”"),
        ("polish words.po", "Do %(date)s", "name the file by its language"),
    ],
)
def test_what_could_break_a_page_stops_the_start(tmp_path: Path, name: str, own: str, why: str) -> None:
    path = write(tmp_path, name, (UNTIL, own))
    with pytest.raises(StartRefused) as refused:
        use_folder(tmp_path)
    assert str(path) in str(refused.value)
    assert why in str(refused.value)
    assert with_tag("pl") is None, "then nothing has changed"


def test_a_file_that_is_no_catalogue_and_a_folder_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "pl.po").write_bytes(b"\xff\xfe\x00 this is no catalogue")
    with pytest.raises(StartRefused, match="is not a catalogue"):
        use_folder(tmp_path)
    with pytest.raises(StartRefused, match="PORTAL_LOCALE_DIR"):
        use_folder(tmp_path / "nowhere")


_PIECES = st.sampled_from(["%(date)s", "%(x)s", "%", "%s", "<", "słowo ", "{}", "100%", "%(date)d", "\u2066", '\\"'])


@given(st.lists(_PIECES, min_size=1, max_size=5))
def test_whatever_is_taken_can_be_said(tmp_path_factory: pytest.TempPathFactory, pieces: list[str]) -> None:
    folder = tmp_path_factory.mktemp("own")
    write(folder, "pl.po", (UNTIL, "".join(pieces)))
    try:
        use_folder(folder)
    except StartRefused:
        return
    polish = with_tag("pl")
    assert polish is not None
    shown = polish.gettext(UNTIL) % {"date": "4"}
    assert "4" in shown
    assert not set(shown) & set('<>&"\n\u2066')


def test_every_sentence_can_be_said_in_every_language() -> None:
    filled = {"count": 3, "num": 3, "minutes": 3}
    for language in languages():
        for message in said():
            if isinstance(message.id, tuple):
                for number in range(25):
                    assert "%(" not in language.ngettext(*message.id, number) % filled, language
    assert ENGLISH in languages()
