"""Tables, records and Markdown: what belongs together stays together, and what does not is kept apart."""

import base64
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.reading.plain import PlainReader
from portal.reading.reader import Reading, Unreadable
from tests.pace import at_most


def texts(data: bytes | str, name: str) -> dict[str, str]:
    reading = PlainReader().read_bytes(data.encode() if isinstance(data, str) else data, name)
    assert isinstance(reading, Reading), reading
    assert Path(name).suffix[1:].replace("tsv", "csv") == reading.kind
    return {part.place: part.text for part in reading.parts[1:]}


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_cells_are_parted_by_tabs_and_rows_by_blank_lines(delimiter: str):
    rows = "id,given,family\n1,Ana,Rivera\n2,,Lee\n".replace(",", delimiter)
    assert texts(rows, "a.csv") == {"rows": "id\tgiven\tfamily\n\n1\tAna\tRivera\n\n2\t\tLee\n\n"}


def test_quoted_cells_lose_their_quotes_and_keep_their_place():
    rows = 'who;note;n\r\n"Rivera; Ana";"said ""no""\nand left";1\r\n'
    assert 'Rivera; Ana\tsaid "no" and left\t1' in texts(rows, "a.csv")["rows"]


def test_what_a_stray_quote_swallows_is_still_in_rows():
    rows = 'given,family\n"Tom,Lee\nAna,Rivera\n'
    assert "\n\nAna\tRivera" in texts(rows, "a.csv")["rows"]


def test_a_tab_within_a_cell_does_not_shift_the_row():
    assert "Ana X\tRivera" in texts('a,b,c\n"Ana\tX",Rivera,3\n', "a.csv")["rows"]
    assert "Ana X\tRivera" in texts("a,b,c\nAna\tX,Rivera,3\n", "a.csv")["rows"]


def test_commas_that_group_figures_part_no_cells():
    assert texts("id;paid\n204,893;no\n204,894;no\n", "a.csv")["rows"].startswith("id\tpaid\n\n204,893\tno")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_ends_a_row(end: str):
    assert "1\tAna\n\n2\tTom" in texts(f"id,who{end}1,Ana{end}2,Tom{end}", "a.csv")["rows"]


def test_the_first_line_of_excel_names_the_separator():
    assert texts("sep=^\nid^who\n1^Ana, X\n", "a.csv") == {"rows": "id\twho\n\n1\tAna, X\n\n"}


def test_a_list_of_one_column_is_rows_and_prose_is_prose():
    assert texts("Ana Rivera\nTom Lee\n", "a.csv") == {"rows": "Ana Rivera\n\nTom Lee\n\n"}
    letter = (
        "Dear families, this is a letter that somebody called a table, but it is none, and that Ana\nRivera wrote\n"
    )
    assert texts(letter, "a.csv") == {"text": letter}


def test_a_table_that_is_called_text_is_rows():
    assert texts("1\tTom\tAna\n2\tRivera\tKim\n3\tLee\tZoe\n", "a.txt") == {
        "rows": "1\tTom\tAna\n\n2\tRivera\tKim\n\n3\tLee\tZoe\n\n"
    }
    aligned = "1    Tom      Ana\n2    Rivera   Kim\n3    Lee      Zoe\n"
    assert texts(aligned, "a.txt") == {"text": aligned, "rows": "1\tTom\tAna\n\n2\tRivera\tKim\n\n3\tLee\tZoe\n\n"}


def test_a_letter_with_commas_is_no_table():
    letter = "Dear all,\nwe open on Monday, at eight, and Ana\nRivera, our head, will greet you.\nYours,\nthe office\n"
    assert texts(letter, "a.txt") == {"text": letter}


@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_sentences_with_as_many_commas_in_every_line_are_prose_as_well(name: str):
    letter = "We thank all, above all Ana\nRivera, who carried chairs.\n"
    assert texts(letter, name) == {"rows": letter.replace(",", "\t").replace("\n", "\n\n"), "text": letter}
    assert "text" not in texts("Ana,Rivera\nLou,Lee\n", name)


def test_long_cells_are_read_and_leave_the_limit_of_other_tables():
    import csv

    before = csv.field_size_limit()
    assert "Ana\tRivera" in texts('a,b\n"' + "x" * 300_000 + '",1\nAna,Rivera\n', "a.csv")["rows"]
    assert csv.field_size_limit() == before


def test_records_of_json_are_rows_of_their_strings():
    records = [
        {"id": 7, "name": {"given": "Ana", "family": "Rivera"}, "tags": ["a", "b"], "none": None, "ok": True},
        {"id": 8, "name": {"given": "Tom", "family": "Lee"}, "friends": [{"who": "Kim"}, {"who": "Zoe"}]},
    ]
    assert texts(json.dumps(records), "a.json")["records"].split("\n\n") == [
        "7\tAna\tRivera\ta\tb",
        "8\tTom\tLee",
        "Kim",
        "Zoe",
    ]


def test_records_do_not_run_into_each_other():
    for pretty in (None, 2):
        source = texts(json.dumps([{"n": "Tom Ana"}, {"n": "Rivera Kim"}], indent=pretty), "a.json")["source"]
        assert "\n\n" in source[source.index("Ana") : source.index("Rivera")]


@pytest.mark.parametrize("depth", range(1, 6))
def test_json_that_is_kept_as_a_text_in_json_is_read_as_what_it_is(depth: int):
    kept = json.dumps([{"first": "Désirée", "seat": 3, "last": "Rivera"}, {"first": "Tom"}])
    for _ in range(depth):
        kept = json.dumps({"log": kept, "level": "info"})
    said = texts(kept, "a.json")
    assert "Désirée\t3\tRivera" in said["records"]
    assert "Désirée" in said["source"].replace("\\", "")


def test_texts_that_only_begin_as_json_stay_as_they_are():
    assert (
        texts(json.dumps({"note": "[sic] {Ana}", "more": "{not json"}), "a.json")["records"] == "[sic] {Ana}\t{not json"
    )


def test_escapes_of_json_are_read():
    found = texts(r'{"a": "Jos\u00e9 Riv\u00e9ra \ud83d\ude00", "Ji\u0159\u00ed": 1}', "a.json")
    assert found["records"] == "José Rivéra 😀\t1"
    assert "Jiří" in found["source"]


def test_json_may_be_a_value_a_line_and_name_a_key_twice():
    assert texts('{"a": "Ana"}\n{"a": "Tom", "a": "Kim"}\n', "a.json")["records"] == "Ana\n\nTom\tKim"


def test_numbers_in_json_stay_as_they_are_written():
    long = "1" * 5000
    assert texts(f"[1.10, 1e3, {long}]", "a.json")["records"] == f"1.10\t1e3\t{long}"


def test_files_and_markup_within_json_are_read():
    packed = '{"p": "<b>An</b>a Rivera", "f": "data:text/plain;base64,VG9tIExlZQ=="}'
    found = texts(packed, "a.json")
    assert "Ana Rivera" in found["page"]
    assert found["packed inside: text"] == "Tom Lee"


@pytest.mark.parametrize("name", ["a.json", "a.csv", "a.txt", "a.md"])
def test_short_words_in_base64_are_read_wherever_they_stand(name: str):
    packed = base64.b64encode(b"We saw Ana Rivera").decode()
    around = {"a.json": '{"a": "%s"}', "a.csv": "a,b\n1,%s\n2,3\n"}.get(name, "Hello %s all")
    assert texts(around % packed, name)["packed inside"] == "We saw Ana Rivera"


def test_json_too_deep_or_in_an_old_encoding_is_refused():
    for data in (b"[" * 100_000 + b"]" * 100_000, b'{"a":' * 100_000, '["José"]'.encode("cp1252")):
        assert isinstance(PlainReader().read_bytes(data, "a.json"), Unreadable)


MARKDOWN = {
    "emphasis": "**An**a *Ri*v_er_a and An**a** Rivera",
    "escapes": r"Ana\ Riv\era \*x\* Ana\. Rivera, Ana Rivera",
    "link": "see [An](http://a.test/x)a Rivera",
    "reference": "see [Ana][1] Rivera\n\n[1]: http://a.test",
    "code": "`Ana` Rivera",
    "strike": "~~Ana~~ Rivera",
    "entities": "&#65;na Riv&eacute;ra Ana&nbsp;Rivera",
    "html": "An<b>a</b> Rivera",
    "comment": "<!-- Ana Rivera -->",
    "front matter": "---\nauthor: Ana Rivera\n---\n# Hello",
    "table": "| Ana | Rivera |\n|---|---|\n| Tom | Lee |",
    "image": "![Ana Rivera](a.png)",
    "heading": "# Ana Rivera #",
}


@pytest.mark.parametrize("form", MARKDOWN)
def test_a_name_in_markdown_is_found(form: str):
    found = texts(f"Hello\n\n{MARKDOWN[form]}\n", "a.md")
    assert any("Ana Rivera" in " ".join(text.replace("|", " ").split()) for text in found.values()), found


def test_rows_of_a_markdown_table_do_not_run_into_each_other():
    found = texts("Hello\n\n| a | b |\n|---|---|\n| Tom | Ana |\n| Rivera | Kim |\n", "a.md")
    read = found["text as it reads"]
    assert "\n\n" in read[read.index("Ana") : read.index("Rivera")]


def test_a_picture_within_markdown_is_read():
    assert texts("![x](data:text/plain,Tom%20Lee) Hello", "a.md")["packed inside: text"] == "Tom Lee"


def test_a_name_in_an_address_card_is_found_with_its_lines_unfolded_and_its_escapes_read():
    folded = "BEGIN:VCARD\r\nN:Rive\r\n ra;Ana\r\nEND:VCARD\r\n"
    assert "Rivera;Ana" in texts(folded, "a.txt")["text as it reads"]
    escaped = "BEGIN:VCARD\nFN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Jos=C3=A9=\n Riv=C3=A9ra\nEND:VCARD\n"
    assert "José Rivéra" in texts(escaped, "a.txt")["text as it reads"]


def test_a_picture_in_an_address_card_is_looked_at():
    import carriers

    photo = base64.b64encode(carriers.png(300, 80)).decode()
    folded = "\r\n ".join(photo[at : at + 40] for at in range(0, len(photo), 40))
    answer = PlainReader().parse(f"BEGIN:VCARD\r\nPHOTO;ENCODING=b:{folded}\r\nEND:VCARD\r\n".encode(), "a.vcf")
    assert not isinstance(answer, Unreadable)
    assert len(answer.pictures) == 1


def test_the_elements_of_any_xml_are_read_one_by_one():
    found = texts("<all>\n<one><a>Ana</a><b>Rivera</b></one>\n</all>", "a.txt")
    assert "Ana  Rivera" in found["page, element by element"]


def test_large_tables_and_records_are_read_in_time():
    with at_most(times=200):
        texts(b"3,Rivera,Ana,,Oak\n" * 250_000, "a.csv")
        texts(b'3,"Rivera, X","Ana",,Oak\n' * 100_000, "a.csv")
        texts(b"[" + b'{"given":"Ana","family":"Rivera","n":3},\n' * 25_000 + b"{}]", "a.json")
        texts(b"# Hello **An**a [x](http://y) | a\n" * 50_000, "a.md")
        texts(b"[" * 250_000 + b"_*" * 250_000, "a.md")


CELLS = st.text(st.characters(codec="utf-8", categories=["Lu", "Ll", "Nd", "Po", "Zs"]), max_size=12).map("x".__add__)


@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=3, max_size=8), st.sampled_from(",;\t|"))
def test_whatever_is_written_as_a_table_comes_back_cell_by_cell(table: list[list[str]], delimiter: str):
    import csv
    import io

    held = io.StringIO(newline="")
    csv.writer(held, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(table)
    rows = texts("\ufeff" + held.getvalue(), "a.csv")["rows"]
    for row in table:
        assert "\t".join(cell if cell.isprintable() else " ".join(cell.split()) for cell in row) in rows


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_the_semicolon_of_a_letter_in_html_parts_no_cells(delimiter: str):
    row = "Nora,O&#8217;Neill\n".replace(",", delimiter)
    assert "Nora\tO" in texts(row, "a.csv")["rows"]
    assert texts(row, "a.csv")["rows"].replace("\u2019", "&#8217;") == "Nora\tO&#8217;Neill\n\n"


def test_what_parts_cells_stays_in_its_cell_where_html_spells_it():
    assert texts("a;b&semi;&quot;c;R&Sons;d\n", "a.csv")["rows"] == "a\tb  c\tR&Sons\td\n\n"


@pytest.mark.parametrize("text", ["| We greet Ana\n| Rivera today.\n", "| a\n| b\n| c\n"])
def test_a_bar_before_each_line_parts_no_cells(text: str):
    assert texts(text, "a.txt") == {"text": text}


def test_bars_within_lines_part_cells():
    assert "rows" in texts("| Ana | 3 |\n| Tom | 4 |\n", "a.txt")


@pytest.mark.parametrize("name", ["a.csv", "a.txt"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_children_below_each_other_go_with_the_name_that_stands_before_the_first(name: str, delimiter: str):
    """So a workbook is saved of which the cells of a family were merged, or a family had a row of its own."""
    rows = "Family,Child,Bus,Day\nRivera,Ana,3,Mo\n,Tom,3,Mo\n\n,Lou,3,Tu\nLee,,,\n,Mia,4,We\n"
    told = texts(rows.replace(",", delimiter), name)["rows with the cells above"]
    assert told == "Rivera\tTom\t3\tMo\n\nRivera\tLou\t3\tTu\n\nLee\tMia\t4\tWe"


def test_a_long_first_cell_or_a_figure_goes_with_no_row_below():
    told = texts("704-555-0100,Ana,3\n,Tom,3\n" + "snack " * 9 + ",Lou,3\n,Mia,4\n", "a.csv")
    assert "rows with the cells above" not in told
