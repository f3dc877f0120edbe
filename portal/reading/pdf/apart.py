"""Pages that no tree shows: taken out of a PDF and still kept in it, to be read with their own fonts."""

from collections.abc import Iterator
from typing import Final

import pikepdf

from portal.reading.budget import MAX_PAGES, SAVE_AS_PDF, CannotRead
from portal.reading.pdf.plan import Plan, inherited

_MOST_NESTED: Final = 20


def set_apart(
    pdf: pikepdf.Pdf, plan: Plan, told: set[int], drawings: list[pikepdf.Object]
) -> tuple[list[pikepdf.Object], list[pikepdf.Object]]:
    """Return the pages that no tree shows, and those of the drawings that are not the contents of one.

    `told` are the numbers of all objects that say they are pages. All objects are looked through only where one
    of those is not shown or a drawing has no fonts of its own: hardly ever. Raises `CannotRead` for more than
    2,000 pages.
    """
    unknown = [number for number in told if number not in plan.page_of and pdf.get_object(number, 0) is not None]
    if not unknown and all("/Resources" in drawing for drawing in drawings):
        return [], drawings
    shown = {page.obj.objgen for page in pdf.pages}
    pages: list[pikepdf.Object] = []
    owned: set[tuple[int, int]] = set()
    for thing in pdf.objects:
        if not isinstance(thing, pikepdf.Dictionary | pikepdf.Array) or thing.objgen in shown:  # it may be a number
            continue
        for page in _pages_in(thing, _MOST_NESTED):
            pages.append(_as_page(page))
            owned.update(stream.objgen for stream in _contents(page))
        if len(pages) > MAX_PAGES:
            raise CannotRead(f"This PDF holds very many pages that it does not show. {SAVE_AS_PDF}")
    return pages, [drawing for drawing in drawings if drawing.objgen not in owned]


def _pages_in(thing: pikepdf.Object, depth: int) -> Iterator[pikepdf.Object]:
    """Give an object if it is a page, and the pages that are part of it and no objects themselves."""
    if depth == 0:
        raise CannotRead(f"This PDF is nested far too deeply. {SAVE_AS_PDF}")
    if isinstance(thing, pikepdf.Dictionary):
        if _contents(thing):
            yield thing
        inner = list(thing.values())
    elif isinstance(thing, pikepdf.Array):
        inner = list(thing)
    else:
        return
    for each in inner:
        if isinstance(each, pikepdf.Dictionary | pikepdf.Array) and not each.is_indirect:
            yield from _pages_in(each, depth - 1)


def _contents(page: pikepdf.Object) -> list[pikepdf.Object]:
    contents = page.get("/Contents")
    streams = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
    return [stream for stream in streams if isinstance(stream, pikepdf.Stream)]


def _as_page(page: pikepdf.Object) -> pikepdf.Object:
    made = pikepdf.Dictionary(Contents=page.Contents)
    for key in ("/Resources", "/MediaBox"):
        if (held := inherited(page, key)) is not None:
            made[key] = held
    return made
