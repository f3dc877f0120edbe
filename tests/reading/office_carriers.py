"""Office files made for the tests, and what the readers find in them."""

import struct
from collections.abc import Callable, Mapping

import carriers
import pptx
import xlwt

from portal.reading.budget import Budget
from portal.reading.gathering import Gathering
from portal.reading.office.containers import read_office
from portal.reading.office.xls import read_xls


def gathered(data: bytes) -> Gathering:
    """What the readers of office files find; a file inside that is none of theirs is taken as text."""

    def inside(content: bytes, to: Gathering) -> None:
        if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
            read_any(content)
        else:
            to.say("text", content.decode("latin-1"))

    def read_any(content: bytes) -> None:
        (read_xls if content.startswith(b"\xd0\xcf\x11\xe0") else read_office)(content, to)

    to = Gathering(Budget(), inside)
    read_any(data)
    return to


def compound(streams: Mapping[str, bytes], *, storages: tuple[str, ...] = ()) -> bytes:
    """A compound file (OLE) of these streams, each padded to a length that needs no small sectors."""
    sectors: list[bytes] = []
    fat: list[int] = []

    def placed(content: bytes) -> int:
        start, count = len(sectors), max(-(-len(content) // 512), 1)
        sectors.extend(content[at * 512 : at * 512 + 512].ljust(512, b"\0") for at in range(count))
        fat.extend([*range(start + 1, start + count), 0xFFFFFFFE])
        return start

    def entry(name: str, kind: int, right: int, child: int, start: int, size: int) -> bytes:
        letters = name.encode("utf-16-le").ljust(64, b"\0")
        head = struct.pack("<HBBIII", len(name) * 2 + 2 if name else 0, kind, 1, 0xFFFFFFFF, right, child)
        return letters + head + bytes(36) + struct.pack("<IQ", start, size)

    contents = {name: content.ljust(4096, b"\0") for name, content in streams.items()}
    starts = {name: placed(content) for name, content in contents.items()}
    names = sorted([*contents, *storages], key=lambda name: (len(name), name.upper()))
    entries = [entry("Root Entry", 5, 0xFFFFFFFF, 1, 0xFFFFFFFE, 0)]
    for number, name in enumerate(names, start=1):
        right = number + 1 if number < len(names) else 0xFFFFFFFF
        if name in contents:
            entries.append(entry(name, 2, right, 0xFFFFFFFF, starts[name], len(contents[name])))
        else:
            entries.append(entry(name, 1, right, 0xFFFFFFFF, 0, 0))
    directory = placed(b"".join(entries).ljust(-(-len(entries) // 4) * 512, b"\0"))
    tables = -(-(len(fat) + 1) // 127)
    numbers = [*fat, *[0xFFFFFFFD] * tables]
    table = struct.pack(f"<{len(numbers)}I", *numbers).ljust(tables * 512, b"\xff")
    heads = [len(sectors) + number for number in range(tables)] + [0xFFFFFFFF] * (109 - tables)
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<9I", 0, tables, directory, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    return header + struct.pack("<109I", *heads) + b"".join(sectors) + table


def packed_object(name: str, content: bytes) -> bytes:
    """A file as Windows packs it into a document: labels, then the file (an OLE 1.0 package)."""
    path = f"C:\\{name}".encode() + b"\0"
    head = b"\2\0" + name.encode() + b"\0" + path + struct.pack("<HHI", 0, 3, len(path)) + path
    body = head + struct.pack("<I", len(content)) + content
    return compound({"\x01Ole10Native": struct.pack("<I", len(body)) + body})


def legacy_workbook(fill: Callable[[xlwt.Workbook], object]) -> bytes:
    made = xlwt.Workbook()
    made.add_sheet("Sheet1").write(0, 0, "Welcome")
    fill(made)
    return carriers.saved(made)


def presentation(fill: Callable[[pptx.presentation.Presentation], object]) -> bytes:
    made = pptx.Presentation()
    made.slides.add_slide(made.slide_layouts[0]).shapes.title.text = "Welcome"
    fill(made)
    return carriers.saved(made)
