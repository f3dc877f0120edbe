"""A Typst template from staff: what it may read, what it may not say, and why."""

from pathlib import Path

import pytest

from portal.press import NotTypeset
from portal.press.letters.template import WrongTemplate, read_template
from portal.press.typesetting.caged import CagedPress
from portal.press.typesetting.typeset import TypstPress
from tests.press.accessible import check_pdf_ua, text_of, title_of

PRESS = CagedPress(cells=1)
ROW = {
    "child.given_name": "Zoë",
    "child.site": "Oak",
    "value.amount_due": "$ 45.50",
    "value.note": "",
    "organisation": "Riverbend Schools",
    "today": "24 November 2026",
}

# (module (import "typst_env" …) (memory 1) (global $n (mut i32)) (func (export "swap") …)): answers what it was last
# given, and keeps what it is given now.
REMEMBERS = bytes.fromhex(
    "0061736d01000000010f0360017f0060027f7f0060017f017f026e020974797073745f656e762a7761736d5f6d696e696d616c5f70726f746f"
    "636f6c5f77726974655f617267735f746f5f62756666657200000974797073745f656e76297761736d5f6d696e696d616c5f70726f746f636f"
    "6c5f73656e645f726573756c745f746f5f686f737400010302010205030100010606017f0141000b071102066d656d6f727902000473776170"
    "00020a14011200410023001001410010002000240041000b"
)
SPY = f"""#let spy = plugin(bytes(({", ".join(map(str, REMEMBERS))})))
Now #sys.inputs.at("child.given_name"), before #str(spy.swap(bytes(sys.inputs.at("child.given_name"))))
"""


def template(source: str, title: str = "Report for {{ child.given_name }}", language: str = "en"):
    return read_template(source, title=title, language=language)


def set_for(source: str, row: dict[str, str] = ROW) -> bytes:
    made = template(source)
    return PRESS.typeset(made.typst, made.values(row))


def test_a_template_reads_the_childs_row(tmp_path: Path) -> None:
    source = "= Report\n\n#child.given_name at #child.site owes #value.amount_due to #organisation on #today."
    pdf = set_for(source)
    check_pdf_ua(pdf, tmp_path)
    assert "Zoë at Oak owes $ 45.50 to Riverbend Schools on 24 November 2026." in text_of(pdf)
    assert title_of(pdf) == "Report for Zoë"


def test_the_fields_a_template_names_are_known_before_it_is_set() -> None:
    source = '#child.given_name #value.amount_due #value.at("x", default: "") #child.keys() #contact #child.given_name'
    assert template(source, title="At {{ child.site }}").fields == (
        "child.site", "child.given_name", "value.amount_due", "contact",
    )  # fmt: skip


def test_a_field_of_a_child_that_the_portal_does_not_know_is_refused() -> None:
    with pytest.raises(WrongTemplate, match=r"There is no field child\.surname"):
        template("#child.surname")


@pytest.mark.parametrize(
    "use",
    [
        "#value.note",
        '#value.at("note")',
        '#sys.inputs.at("value.note")',
        "#contact",
        "#{ [Call ] + contact }",
        "#[#contact]",
    ],
)
def test_what_is_empty_for_a_child_stops_its_letter_however_it_is_asked_for(use: str) -> None:
    with pytest.raises(NotTypeset, match="which is not given"):
        set_for(f"= Report\n{use}")


def test_words_that_are_called_like_a_field_ask_for_nothing() -> None:
    source = "= Report\nPlease contact us today, the organisation said."
    assert template(source, title="Report").fields == ()
    assert "Please contact us today" in text_of(set_for(source, {"child.given_name": "Zoë"}))


def test_a_template_may_say_what_to_show_instead_of_nothing() -> None:
    assert "Note: none" in text_of(set_for('= Report\nNote: #value.at("note", default: "none")'))


def test_a_value_is_shown_and_never_run() -> None:
    row = ROW | {"child.given_name": '*bold* #panic("x") {{ today }}'}
    assert '*bold* #panic("x") {{ today }}' in text_of(set_for("= Report\n#child.given_name", row))


def test_a_mistake_is_told_with_the_line_its_author_sees() -> None:
    with pytest.raises(NotTypeset, match=r"unknown variable: nonsense \(line 3\)"):
        set_for("= Report\n\n#nonsense")


def test_a_template_may_set_its_own_title_fonts_and_page() -> None:
    pdf = set_for('#set document(title: "Mine")\n#set page(paper: "a4")\n#set text(font: "DejaVu Sans Mono")\n= Report')
    assert title_of(pdf) == "Mine"


def test_a_template_that_is_not_accessible_is_refused() -> None:
    with pytest.raises(NotTypeset, match="PDF/UA-1"):
        set_for('= Report\n#image(bytes("<svg xmlns=\\"http://www.w3.org/2000/svg\\" width=\\"9\\" height=\\"9\\"/>"))')


def test_a_plugin_would_show_one_child_the_name_of_another() -> None:
    """The danger that the next tests are about: it is real, so look again when the compiler is renewed."""
    press, titled = TypstPress(), f'#set document(title: "x")\n{SPY}'
    letters = press.typeset_all(titled, [{"child.given_name": "Zoë"}, {"child.given_name": "Ben"}])
    assert "before Zoë" in list(map(text_of, letters))[1]


@pytest.mark.parametrize(
    "spelling",
    [
        SPY,
        "#let p = std.plugin",
        "#let p = std . plugin",
        '#eval("plu" + "gin(1)")',
        '#(eval)("1")',
        '#let run = eval\n#run("1")',
        "#import std: *",
        '#dictionary(std).at("plu" + "gin")',
        "$std.plugin(1)$",
        "$²eval(1)$",
        "$²std$",
        '#{1 -eval("1")}',
        "#let std² = 1",
        "#show: plugin",
        "#(/**/plugin/**/)(bytes(()))",
        '#\ufeffeval("1")',
        '#eval\u200b("1")',
    ],
)
def test_a_template_reaches_no_plugin_under_any_name(spelling: str) -> None:
    with pytest.raises(WrongTemplate, match=r"Line \d+: a template may not use “(plugin|eval|std)”"):
        template(spelling)


@pytest.mark.parametrize("words", ["evaluation", "medieval", "evaluación", "standard", "plugins-free", "my_std"])
def test_words_that_only_sound_like_it_may_stand_in_a_letter(words: str) -> None:
    if words != "plugins-free":
        assert words in text_of(set_for(f"= Report\nThe {words.replace('_', chr(92) + '_')} is here"))


@pytest.mark.parametrize("name", ["pl\\u{75}gin", "plu/**/gin", "ｐｌｕｇｉｎ", "plugiñ", "e\\u{76}al"])
def test_the_compiler_knows_no_other_spelling_of_a_name(name: str) -> None:
    with pytest.raises(NotTypeset):
        set_for(f"= Report\n#let p = {name}\n#p(bytes((0,)))")


@pytest.mark.parametrize("way", ["sys", "math", "calc", "sym", "emoji", "pdf"])
def test_no_other_module_leads_to_a_plugin(way: str) -> None:
    source = f'= Report\n#let names = dictionary({way}).keys()\n#for name in ("plu" + "gin", "ev" + "al", "s" + "td")'
    assert text_of(set_for(f"{source} {{ assert(name not in names) }}\nNone of them"))


def test_a_template_that_is_far_too_long_is_refused() -> None:
    with pytest.raises(WrongTemplate, match="longer than"):
        template("x" * 200_001)
