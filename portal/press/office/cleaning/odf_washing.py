"""Takes out of an OpenDocument letter what families are not meant to get, and refuses what comes from elsewhere.

Source: ISO/IEC 26300-1 (ODF 1.3 part 3): 5.5 (tracked changes), 7 (fields), 14.1 (annotations), 19.
"""

import re
from collections import Counter
from typing import Final
from urllib.parse import urlsplit

from lxml import etree

from portal.press.office.cleaning.packages import NotWashed, Package
from portal.press.office.cleaning.word_washing import drop, local

OFFICE: Final = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TEXT: Final = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
STYLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_HREF: Final = "{http://www.w3.org/1999/xlink}href"
_CONTENT: Final = ("content.xml", "styles.xml")
_REFUSED: Final = {
    "object": "object",
    "object-ole": "object",
    "plugin": "object",
    "applet": "object",
    "floating-frame": "linked",
    "section-source": "linked",
    "dde-connection": "fetched",
    "dde-connection-decls": "fetched",
    "dde-source": "fetched",
    "database-display": "unmerged",
    "database-next": "unmerged",
    "database-row-select": "unmerged",
}
_COMMENTS: Final = ("annotation", "annotation-end")
_CHANGES: Final = ("tracked-changes", "change", "change-start", "change-end")
_SCRIPTS: Final = ("event-listeners", "scripts")
_HIDDEN: Final = ("hidden-text", "hidden-paragraph")
_FROZEN: Final = frozenset(
    (
        "date",
        "time",
        "creation-date",
        "creation-time",
        "modification-date",
        "modification-time",
        "print-date",
        "print-time",
        "printed-by",
        "creator",
        "initial-creator",
        "author-name",
        "author-initials",
        "file-name",
        "template-name",
        "editing-duration",
        "editing-cycles",
        "user-defined",
        "title",
        "subject",
        "keywords",
        "description",
        "sender-firstname",
        "sender-lastname",
        "sender-initials",
        "sender-title",
        "sender-position",
        "sender-email",
        "sender-phone-private",
        "sender-fax",
        "sender-company",
        "sender-phone-work",
        "sender-street",
        "sender-city",
        "sender-postal-code",
        "sender-country",
        "sender-state-or-province",
        "conditional-text",
        "placeholder",
    )
)
_GONE_PARTS: Final = re.compile(r"Thumbnails/|Configurations2/|META-INF/(?!manifest\.xml)|layout-cache|meta\.xml")
_EMPTY_META: Final = (
    b'<?xml version="1.0" encoding="UTF-8"?><office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:'
    b'office:1.0" office:version="1.2"><office:meta/></office:document-meta>'
)
_DC_TITLE: Final = "{http://purl.org/dc/elements/1.1/}title"


def wash_odf(package: Package) -> None:
    """Wash all parts. Raises `NotWashed`."""
    for name in _CONTENT:
        if name in package.parts:
            root = package.tree(name)
            _refuse(root)
            _wash(root, package.told, _hidden_styles(root))
            package.put(name, root)
    _keep_title(package)
    for name in package.names(_GONE_PARTS):
        if name != "meta.xml":
            del package.parts[name]
    manifest = package.tree("META-INF/manifest.xml")
    for entry in list(manifest):
        path = next((value for key, value in entry.attrib.items() if key.endswith("}full-path")), "")
        if not path.endswith("/") and path not in package.parts:
            drop(entry)
    package.put("META-INF/manifest.xml", manifest)


def _refuse(root: etree._Element) -> None:
    for element in root.iter():
        name = local(element)
        if name in _REFUSED:
            raise NotWashed(_REFUSED[name])
        target = element.get(_HREF, "")
        if name in {"image", "fill-image", "background-image"} and target and not _is_inside(target):
            raise NotWashed("linked")


def _is_inside(target: str) -> bool:
    return not urlsplit(target).scheme and not target.startswith(("/", "..", "\\"))


def _wash(root: etree._Element, told: Counter[str], hidden: set[str]) -> None:
    for element in list(root.iter()):
        name = local(element)
        if name in _CHANGES:
            told["changes"] += len(element) if name == "tracked-changes" else 0
            drop(element)
        elif name in _COMMENTS:
            told["comments"] += name == "annotation"
            drop(element)
        elif name in _HIDDEN:
            _take_hidden(element, told)
        elif (name == "section" and element.get(f"{TEXT}display") == "none") or (
            name in {"span", "p", "h"} and element.get(f"{TEXT}style-name") in hidden
        ):
            told["hidden"] += 1
            drop(element)
        elif name in _SCRIPTS:
            drop(element)
        elif name in _FROZEN and element.tag.startswith(TEXT):
            told["dates"] += name in {"date", "time"} and element.get(f"{TEXT}fixed") != "true"
            _freeze(element)


def _take_hidden(element: etree._Element, told: Counter[str]) -> None:
    """Take out a field that hides its text or its paragraph where it hides it, else leave what it shows."""
    parent = element.getparent()
    if element.get(f"{TEXT}is-hidden") != "true":
        _freeze(element)
    elif parent is not None:
        told["hidden"] += 1
        drop(parent if local(element) == "hidden-paragraph" and local(parent) in {"p", "h"} else element)


def _hidden_styles(root: etree._Element) -> set[str]:
    properties = root.iter(f"{STYLE}text-properties")
    hiding = [one.getparent() for one in properties if one.get(f"{TEXT}display") == "none"]
    return {style.get(f"{STYLE}name", "") for style in hiding if style is not None}


def _freeze(element: etree._Element) -> None:
    """Leave of a field the text that it last showed."""
    element.tag = f"{TEXT}span"
    element.attrib.clear()


def _keep_title(package: Package) -> None:
    """Of what the file says about itself, leave its title alone: those who listen to the PDF hear it first."""
    if "meta.xml" not in package.parts:
        return
    package.told["author"] += 1
    title = package.tree("meta.xml").find(f".//{_DC_TITLE}")
    package.parts["meta.xml"] = _EMPTY_META
    if title is not None and title.text:
        meta = package.tree("meta.xml")
        etree.SubElement(meta[0], _DC_TITLE).text = title.text
        package.put("meta.xml", meta)
