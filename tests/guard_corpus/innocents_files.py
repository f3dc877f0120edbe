"""Innocent: workbooks, slides, forms, pages and data as common programs write them."""

import io
import json
from datetime import date, datetime, time, timedelta
from typing import Final

import pikepdf
import xlwt
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.worksheet.datavalidation import DataValidation

from tests.guard_corpus.cases import NOTICE, Scene, innocent
from tests.guard_corpus.innocents_texts import grown_ups
from tests.guard_corpus.packages import (
    Deck,
    Document,
    Drawn,
    DrawnSheet,
    document,
    drawn_workbook,
    odf_table,
    opendocument,
    slides,
    workbook,
)
from tests.guard_corpus.papers import attached, by_hand, changed, typeset
from tests.guard_corpus.pictures import file_of, logo, photo

SHEET, FORM, WEB, DECK, PAPER = "Workbook", "Blank form", "Web page", "Slides", "Paper"


@innocent(SHEET, "fees.xlsx")
def fee_schedule(_: Scene) -> bytes:
    def fill(book: Workbook) -> None:
        for program in ("After School", "Morning Care", "Homework Club", "Summer Camp"):
            for days in range(1, 6):
                book.active.append([program, days, days * 9.5, "=B2*C2"])
        book.active["A1"].comment = Comment("Approved by the board in May", "Office")
        choice = DataValidation("list", formula1='"yes,no,later"')
        book.active.add_data_validation(choice)
        choice.add("F2")

    return workbook(fill)


@innocent(SHEET, "fees.xlsx")
def budget_with_hidden_sheets(s: Scene) -> bytes:
    def fill(book: Workbook) -> None:
        sheet = book.create_sheet("Rates")
        sheet.sheet_state = "hidden"
        for year in range(2015, 2027):
            sheet.append([year, s.dice.randrange(100_000, 900_000), s.dice.random()])
        book.active.oddFooter.center.text = "Page &P of &N"

    return workbook(fill)


@innocent(SHEET, "budget.xlsx")
def three_thousand_rows(s: Scene) -> bytes:
    def fill(_: Drawn, sheet: DrawnSheet) -> None:
        for row in range(1, 3000):
            sheet.write_row(
                row, 0, (f"Item {row}", s.dice.randrange(1, 400), s.dice.random() * 90, "Riverbend Schools")
            )

    return drawn_workbook(fill)


@innocent(SHEET, "chart.xlsx")
def chart_of_attendance(_: Scene) -> bytes:
    def fill(book: Drawn, sheet: DrawnSheet) -> None:
        for row, month in enumerate(("Aug", "Sep", "Oct", "Nov"), 1):
            sheet.write_row(row, 0, (month, 90 + row, 45.5))
        chart = book.add_chart({"type": "column"})
        chart.add_series({"categories": "=Fees!$A$2:$A$5", "values": "=Fees!$B$2:$B$5", "name": "Attendance"})
        sheet.insert_chart("E2", chart)
        sheet.insert_textbox(20, 1, "Source: front office")

    return drawn_workbook(fill)


@innocent(SHEET, "calendar.xlsx")
def calendar_with_dates(_: Scene) -> bytes:
    def fill(book: Workbook) -> None:
        start = datetime(2026, 8, 24)  # noqa: DTZ001 - workbooks know no zones
        for day in range(180):
            book.active.append([start + timedelta(days=day), "School" if day % 7 < 5 else "", day + 1])

    return workbook(fill)


@innocent(SHEET, "bus.xlsx")
def bus_stops_called_as_children_are(_: Scene) -> bytes:
    def fill(book: Workbook) -> None:
        book.active.append(["Stop", "Morning", "Afternoon", "Route"])
        stops = ("Rose Garden", "Faith Hill", "Harper Ave", "Summer Fields", "Crystal Lake", "Virginia Beach")
        for at, stop in enumerate(stops):
            book.active.append([stop, time(7, 5 + 4 * at), f"15:{20 + at}", 12])

    return workbook(fill)


@innocent(SHEET, "staff.xlsx")
def staff_rota(s: Scene) -> bytes:
    names = grown_ups(s.dice, 15)

    def fill(book: Workbook) -> None:
        book.active.append(["Staff member", "Position", "Mon", "Tue", "Wed", "Thu", "Fri"])
        for name in names:
            book.active.append([name, s.dice.choice(("Lead", "Aide", "Nurse")), *("7:00-15:00" for _ in range(5))])

    return workbook(fill)


@innocent(SHEET, "picture.xlsx")
def workbook_with_a_logo(s: Scene) -> bytes:
    picture = io.BytesIO(file_of(logo(s.dice)))
    return drawn_workbook(lambda _, sheet: sheet.insert_image(5, 1, "logo.png", {"image_data": picture}))


@innocent(SHEET, "fees.ods")
def fee_schedule_of_libreoffice(_: Scene) -> bytes:
    rows = [("Program", "Days", "Fee"), *(("Morning Care", str(day), f"{day * 9}.50") for day in range(1, 6))]
    return opendocument("spreadsheet", lambda made: made.spreadsheet.addElement(odf_table("2026", rows)))


@innocent(SHEET, "fees.xls")
def fee_schedule_of_the_old_kind(_: Scene) -> bytes:
    made, held = xlwt.Workbook(encoding="utf-8"), io.BytesIO()
    sheet = made.add_sheet("Fees")
    for row in range(30):
        for column, cell in enumerate(("Morning Care", row, row * 9.5, date(2026, 8, 24))):
            sheet.write(row, column, cell)
    made.save(held)
    return held.getvalue()


@innocent(SHEET, "supplies.csv")
def supplies(_: Scene) -> bytes:
    return b"grade,item,count\n" + b"".join(b"%d,pencils,%d\n" % (grade, grade * 6) for grade in range(1, 9))


@innocent(SHEET, "schedule.tsv")
def schedule_with_tabs(_: Scene) -> bytes:
    return "Time\tRoom\tTeacher\n8:30\t12\tMs. Harper\n9:30\t14\tMr. Núñez\n10:30\tGym\tMrs. Zhang\n".encode("cp1252")


@innocent(SHEET, "schools.csv")
def thirty_schools_with_principals(s: Scene) -> bytes:
    places = ("Oak Ridge", "Maple Grove", "Jefferson", "Crystal Lake", "Pine Valley", "Riverbend")
    kinds = ("Elementary", "Primary", "Middle School", "High School", "Academy")
    names = grown_ups(s.dice, 30)
    rows = ["School,Address,Zip,Phone,Principal,Grades"]
    for at, name in enumerate(names):
        rows.append(
            f"{places[at % 6]} {kinds[at // 6]},{100 + 7 * at} Maple St,282{at:02},704-555-01{at:02},{name},K-5"
        )
    return "\r\n".join(rows).encode()


@innocent("Text", "schools.txt")
def thirty_schools_pasted(s: Scene) -> bytes:
    return thirty_schools_with_principals(s)


@innocent(SHEET, "classes.xlsx")
def how_many_children_each_teacher_has(s: Scene) -> bytes:
    names = grown_ups(s.dice, 14)

    def fill(book: Workbook) -> None:
        book.active.append(["Teacher", "Grade", "Students", "Phone"])
        for at, name in enumerate(names):
            book.active.append([name, at % 6, 17 + at, f"704 555 01{at:02}"])

    return workbook(fill)


@innocent("Text", "contacts.txt")
def whom_to_ask(s: Scene) -> bytes:
    asked = ("Kindergarten", *(f"Grade {number}" for number in range(1, 9)), "Bus", "Lunch money")
    names = grown_ups(s.dice, len(asked))
    rows = [f"{one} | {name} | 704 555 01{at:02}" for at, (one, name) in enumerate(zip(asked, names, strict=True))]
    return "\n".join(("Your question is about | Ask | Phone", *rows)).encode()


@innocent(SHEET, "menu.csv")
def menu_with_semicolons(_: Scene) -> bytes:
    rows = ("Lundi;Soupe à l’oignon;lait", "Mardi;Pâtes;gluten, œufs", "Jeudi;Crêpes;lait, œufs")
    return ("Jour;Repas;Allergènes\r\n" + "\r\n".join(rows)).encode("cp1252")


@innocent(FORM, "form.docx")
def form_to_fill_in(_: Scene) -> bytes:
    def fill(made: Document) -> None:
        table = made.add_table(0, 2)
        for label in (
            "Child's last name",
            "Child's first name",
            "Birth date",
            "Grade",
            "Guardian",
            "Phone",
            "Allergies",
            "Medication",
        ):
            table.add_row().cells[0].text = label

    return document(fill)


@innocent(FORM, "form.pdf")
def form_with_empty_fields(_: Scene) -> bytes:
    head = b"<</Type/Annot/Subtype/Widget/FT/Tx/F 4/DA(/Helv 10 Tf)"
    fields = [head + b"/Rect[30 %d 200 %d]/T(%s)/V()>>" % (300 - 30 * at, 320 - 30 * at, name)
              for at, name in enumerate((b"Last name", b"First name", b"Birth date", b"Phone"))]  # fmt: skip
    refs = b"[5 0 R 6 0 R 7 0 R 8 0 R]"
    return by_hand(
        b"", *fields, page=b"/Annots" + refs, catalog=b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields" + refs + b">>>>"
    )


@innocent(FORM, "signup.xlsx")
def empty_sign_up_sheet(_: Scene) -> bytes:
    def fill(book: Workbook) -> None:
        book.active.append(["Last name", "First name", "Grade", "Guardian", "Phone", "E-mail", "Allergies", "Fee paid"])
        for number in range(1, 30):
            book.active.append([None, None, None, None, None, None, None, None, number])

    return workbook(fill)


@innocent(FORM, "form.pdf")
def permission_slip_with_lines(_: Scene) -> bytes:
    line = "#box(width: 6cm, stroke: (bottom: 0.5pt))[]"
    return typeset(f"= Permission slip\nMy child {line} may go to Crystal Lake.\n\nAllergies: {line}\n\nSigned: {line}")


@innocent(FORM, "form.csv")
def template_for_a_list(_: Scene) -> bytes:
    return b"last_name,first_name,birth_date,student_number,guardian,phone,allergies,fee\n"


_GOOGLE: Final = (
    '<html><head><meta content="text/html; charset=UTF-8" http-equiv="content-type"><style type="text/css">@import url('
    "https://themes.example/fonts/css?kit=x);ol{margin:0}.c0{color:#000000;font-weight:400;font-size:11pt;font-family:"
    '"Arial"}</style></head><body class="c3 doc-content"><p class="c1"><span class="c0">%s</span></p><p class="c1 c2">'
    '<span class="c0"></span></p><a id="t.5f3a"></a><table class="c4"><tr class="c5"><td class="c6" rowspan="1">'
    '<p class="c1"><span class="c0">Monday</span></p></td><td><p class="c1"><span class="c0">Gym, Ms. Peña</span>'
    "</p></td></tr></table></body></html>"
)


@innocent(WEB, "letter.html")
def as_google_docs_writes_it(_: Scene) -> bytes:
    return (_GOOGLE % " ".join(NOTICE)).encode()


@innocent(WEB, "letter.htm")
def as_word_writes_it(_: Scene) -> bytes:
    head = (
        '<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"><head><meta '
        'http-equiv=Content-Type content="text/html; charset=windows-1252"><meta name=Generator content="Word 15">'
        "<!--[if gte mso 9]><xml><o:DocumentProperties><o:Author>Office</o:Author><o:Words>210</o:Words>"
        "</o:DocumentProperties></xml><![endif]--><style><!-- /* Font Definitions */ @font-face {font-family:Calibri;} "
        "p.MsoNormal {margin:0in;} --></style></head><body lang=EN-US><div class=WordSection1>"
    )
    body = "".join(f"<p class=MsoNormal><span style='font-size:12.0pt'>{line}<o:p></o:p></span></p>" for line in NOTICE)
    return f"{head}{body}<p class=MsoNormal>Señora Ibáñez – front office</p></div></body></html>".encode("cp1252")


@innocent(WEB, "news.html")
def a_page_with_scripts_and_styles(s: Scene) -> bytes:
    import base64

    held = base64.b64encode(file_of(logo(s.dice, 120))).decode()
    return (
        "<!doctype html><html lang=en><head><meta charset=utf-8><title>News</title><style>p{margin:0}</style>"
        "<script>var d=[];function gtag(){d.push(arguments)}gtag('config','G-4817305X');</script></head>"
        f"<body><img alt='Logo' src='data:image/png;base64,{held}'><h1>News</h1><p>{NOTICE[1]}</p></body></html>"
    ).encode()


@innocent(WEB, "menu.json")
def menu_as_data(_: Scene) -> bytes:
    days = [
        {"day": day, "meal": "Soup", "allergens": ["milk", "gluten"], "price": 3.25} for day in ("Mon", "Tue", "Wed")
    ]
    return json.dumps({"week": 41, "days": days, "contact": "office@riverbend.example"}).encode()


@innocent(WEB, "policy.md")
def policy_on_medication(_: Scene) -> bytes:
    return (
        b"# Medication policy\n\n1. The nurse keeps all medication.\n2. Form **M-12** is signed.\n\n| Form | For |\n"
        b"|---|---|\n| M-12 | medication |\n| A-3 | allergies |\n\nSee [the rules](https://state.example/rules).\n"
    )


@innocent(WEB, "map.svg")
def plan_of_the_building(_: Scene) -> bytes:
    rooms = "".join(
        f"<rect x='{n * 40}' y='10' width='36' height='30'/><text x='{n * 40 + 4}' y='30'>{100 + n}</text>"
        for n in range(9)
    )
    return f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 400 90'><title>Plan</title>{rooms}</svg>".encode()


@innocent(DECK, "evening.pptx")
def parent_evening(s: Scene) -> bytes:
    def fill(made: Deck) -> None:
        for title in ("Reading", "Math", "Art"):
            slide = made.slides.add_slide(made.slide_layouts[1])
            slide.shapes.title.text, slide.placeholders[1].text = title, "Ms. Harper\nRoom 12\nTwenty minutes a day"
            slide.notes_slide.notes_text_frame.text = "Hand out the sheets."
        made.slides[0].shapes.add_picture(io.BytesIO(file_of(photo(s.dice), "JPEG")), 0, 0)

    return slides(fill)


@innocent(DECK, "evening.pptx")
def slides_with_a_chart(_: Scene) -> bytes:
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE

    def fill(made: Deck) -> None:
        told = CategoryChartData()
        told.categories = ["Grade 1", "Grade 2", "Grade 3"]
        told.add_series("Books read", (120, 240, 310))
        made.slides[0].shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, 0, 0, 5_000_000, 3_000_000, told)

    return slides(fill)


@innocent(PAPER, "letter.docx")
def document_with_everything(s: Scene) -> bytes:
    def fill(made: Document) -> None:
        made.sections[0].header.paragraphs[0].text = "Riverbend Schools"
        made.add_picture(io.BytesIO(file_of(logo(s.dice))))
        made.add_comment(made.paragraphs[1].runs, "Check the date", author="Office")
        made.core_properties.author = "Front office"
        made.add_table(3, 3).cell(0, 0).text = "Day"

    return document(fill)


@innocent(PAPER, "letter.pdf")
def paper_with_bookmarks_and_an_attachment(_: Scene) -> bytes:
    from pikepdf import Name, OutlineItem

    with changed(typeset("= Welcome\n#lorem(300)\n= Rules\n#lorem(300)")) as it:
        with it.pdf.open_outline() as outline:
            outline.root.append(OutlineItem("Welcome", 0))
        it.pdf.docinfo[Name.Author] = "Front office"
    return attached(it.bytes, "menu.txt", b"Monday: soup")


@innocent(PAPER, "letter.pdf")
def paper_saved_twice(_: Scene) -> bytes:
    """An editor appended a new version; the old one holds nothing either."""
    first = by_hand(b"BT /F 12 Tf 30 200 Td (See you on Tuesday) Tj ET")
    body = b"4 0 obj\n<</Length 52>>\nstream\nBT /F 12 Tf 30 200 Td (See you all on Monday) Tj ET \nendstream\nendobj\n"
    table = b"xref\n4 1\n%010d 00000 n \n" % len(first)
    end = b"trailer<</Size 5/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (
        first.rindex(b"xref\n0"),
        len(first) + len(body),
    )
    return first + body + table + end


@innocent(PAPER, "letter.pdf")
def paper_for_the_web(_: Scene) -> bytes:
    held = io.BytesIO()
    with pikepdf.open(io.BytesIO(typeset("= Welcome\n#lorem(700)"))) as pdf:
        pdf.save(held, linearize=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return held.getvalue()


@innocent(PAPER, "letter.pdf")
def paper_with_tags_and_notes(_: Scene) -> bytes:
    return typeset(
        '= Welcome\nSee below.#footnote[Harper Elementary, room 12.]\n#link("https://a.example")[Site] #lorem(80)'
    )
