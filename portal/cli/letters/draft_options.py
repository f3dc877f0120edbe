"""The options of `portal mailing draft`, each with what it means."""

from pathlib import Path
from typing import Annotated

import typer


def _file(words: str, *names: str, folder: bool = False) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(*names, help=words, exists=True, dir_okay=folder)
    return option


By = Annotated[str, typer.Option("--by", help="The staff member on whose behalf this is done.")]
Title = Annotated[str, typer.Option(help="Title of the letter.")]
Message = Annotated[str, typer.Option(help="Message to families; plain text, at most 1,500 letters.")]
TitleIn = Annotated[list[str] | None, typer.Option(help="LANG=TEXT: the title in another language, such as es=…")]
MessageIn = Annotated[list[str] | None, typer.Option(help="LANG=TEXT: the message in another language.")]

File = Annotated[Path | None, _file("One letter for all: PDF, JPEG or PNG.")]
Also = Annotated[list[str] | None, typer.Option(help="LANG=FILE: the same letter in another language.")]
With = Annotated[
    list[Path] | None,
    typer.Option(
        "--with", help="Another file with the letter, at most nine, in this order.", exists=True, dir_okay=False
    ),
]
Text = Annotated[Path | None, _file("One letter for all, written as Markdown (.md): set as a PDF and a web page.")]
TextIn = Annotated[list[str] | None, typer.Option(help="LANG=F.md: the same in another language, as Markdown.")]

PerChild = Annotated[Path | None, _file("A letter for each child: a folder or a zip of files.", folder=True)]
Match = Annotated[Path | None, _file("A list with two columns: file name, student number.")]
AcceptSuggestions = Annotated[
    bool,
    typer.Option("--accept-suggestions", help="Say that each suggested file is that child's. Look through them first."),
]
Split = Annotated[Path | None, _file("One PDF that holds every child's pages.")]
PagesEach = Annotated[int, typer.Option(help="Pages of each document in the PDF.", min=0)]
FirstPage = Annotated[str, typer.Option(help="Words that stand on the first page of each document alone.")]
PassOver = Annotated[list[int] | None, typer.Option(help="A page that is nobody's, such as a cover page.")]
Merge = Annotated[Path | None, _file("A letter with fields: Markdown (.md), or Typst (.typ).")]
Values = Annotated[Path | None, _file("CSV or XLSX with a column of student numbers.")]
Logo = Annotated[Path | None, _file("PNG for the head of a merged letter.")]
Signature = Annotated[Path | None, _file("PNG for its end.")]
Signer = Annotated[str, typer.Option(help="Name below a merged letter.")]
LeaveOut = Annotated[list[str] | None, typer.Option(help="NUMBER=REASON; may be repeated.")]

Audience = Annotated[
    list[str] | None,
    typer.Option(help="everyone, program:NAME, site:NAME, grade:G or child:NUMBER; may be repeated."),
]
Guardian = Annotated[
    list[str] | None,
    typer.Option(help="Only this guardian of the audience: name, e-mail address or roster id; may be repeated."),
]
Expires = Annotated[int | None, typer.Option(help="Days until the links expire.")]
Confidential = Annotated[bool, typer.Option("--confidential", help="Ask each family for a code before it opens.")]
Acknowledge = Annotated[bool, typer.Option("--acknowledge", help="Ask each guardian to say that they have read it.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
