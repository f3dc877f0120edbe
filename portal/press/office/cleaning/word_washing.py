"""Takes out of a Word letter what families are not meant to get, and refuses what would come from elsewhere.

Source: ECMA-376 part 1, 17.13 (revisions, comments) and 17.16 (fields).
"""

import re
from collections import Counter
from typing import Final

from lxml import etree

from portal.press.office.cleaning.packages import NotWashed, Package
from portal.press.office.cleaning.word_fields import freeze_fields

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT: Final = "http://purl.oclc.org/ooxml/"
_CONTENT: Final = re.compile(r"word/(?:document\d*|header\d*|footer\d*|footnotes|endnotes)\.xml\Z")
_REFUSED: Final = {
    "altChunk": "chunk",
    "object": "object",
    "OLEObject": "object",
    "control": "object",
    "subDoc": "linked",
    "cellIns": "rows",
    "cellDel": "rows",
    "cellMerge": "rows",
}
_CHANGED: Final = re.compile(
    r"\w+Change|numberingChange|customXml(?:Ins|Del|Move\w+)Range(?:Start|End)|move\w+Range\w+"
)
_COMMENTS: Final = ("commentRangeStart", "commentRangeEnd", "commentReference", "annotationRef")
_GONE_PARTS: Final = re.compile(
    r"docProps/(?!core\.xml)|customXml/|word/(?:_rels/)?(?:comments\w*|people)\.xml|word/glossary/|.*printerSettings"
)
_SETTINGS: Final = ("mailMerge", "attachedTemplate", "linkStyles", "docVars", "rsids", "trackRevisions")


def wash_word(package: Package) -> None:
    """Wash all parts. Raises `NotWashed`."""
    if any(_STRICT.encode() in package.parts.get(name, b"") for name in package.names(_CONTENT)):
        raise NotWashed("failed")  # ISO strict: nearly nobody writes it, and namespaces differ
    told, hidden = package.told, _hidden_styles(package)
    for name in package.names(_CONTENT):
        root = package.tree(name)
        _refuse(root)
        _accept_changes(root, told)
        _drop_comments(root, told)
        _drop_hidden(root, told, hidden)
        freeze_fields(root, told)
        for binding in list(root.iter(f"{W}dataBinding")):
            drop(binding)
        package.put(name, root)
    _check_styles(package)
    _wash_settings(package, told)
    _drop_parts(package, told)


def local(element: etree._Element) -> str:
    """Return an element's name without its namespace; nothing for comments and instructions."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def drop(element: etree._Element) -> None:
    """Take an element out; what stands behind it stays."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is None:
            parent.text = (parent.text or "") + element.tail
        else:
            before.tail = (before.tail or "") + element.tail
    parent.remove(element)


def unwrap(element: etree._Element) -> None:
    """Take an element out and leave what it holds in its place."""
    parent = element.getparent()
    if parent is None:
        return
    at = parent.index(element)
    for child in reversed(list(element)):
        parent.insert(at, child)
    drop(element)


def _refuse(root: etree._Element) -> None:
    for element in root.iter():
        name = local(element)
        if name in _REFUSED:
            raise NotWashed(_REFUSED[name])
        if name in {"blip", "imagedata"} and any(
            key.endswith(("}link", "}href", "src")) and not key.endswith("}embed") and value
            for key, value in element.attrib.items()
        ):
            raise NotWashed("linked")


def _accept_changes(root: etree._Element, told: Counter[str]) -> None:
    for element in list(root.iter()):
        name = local(element)
        parent = element.getparent()
        if parent is None or not name:
            continue
        if _CHANGED.fullmatch(name):
            told["changes"] += name.endswith("Change")
            drop(element)
        elif name in {"del", "moveFrom"} and element.tag.startswith(W):
            told["changes"] += 1
            _drop_removed(element, parent)
        elif name in {"ins", "moveTo"} and element.tag.startswith(W):
            told["changes"] += 1
            unwrap(element)


def _drop_removed(element: etree._Element, parent: etree._Element) -> None:
    """Take out a run that was struck out; or the row, or the paragraph without words, whose mark says that it was."""
    if local(parent) == "trPr":
        row = parent.getparent()
        if row is not None:
            drop(row)
        return
    drop(element)
    if local(parent) != "rPr" or local(parent.getparent()) != "pPr":
        return
    paragraph = parent.getparent().getparent()
    if paragraph is not None and _is_bare(paragraph):
        drop(paragraph)


def _is_bare(paragraph: etree._Element) -> bool:
    """Whether a paragraph holds nothing but what was struck out, and is not the only one of a cell."""
    kept = [
        child for child in paragraph if local(child) not in {"pPr", "del", "moveFrom", "bookmarkStart", "bookmarkEnd"}
    ]
    siblings = [one for one in paragraph.getparent() if local(one) == "p"]
    has_section = paragraph.find(f"{W}pPr/{W}sectPr") is not None
    return not kept and len(siblings) > 1 and not has_section


def _drop_comments(root: etree._Element, told: Counter[str]) -> None:
    for element in list(root.iter(*(f"{W}{name}" for name in _COMMENTS))):
        told["comments"] += local(element) == "commentReference"
        drop(element)


def _drop_hidden(root: etree._Element, told: Counter[str], styles: set[str]) -> None:
    for run in list(root.iter(f"{W}r")):
        if _is_hidden(run, styles):
            told["hidden"] += 1
            drop(run)


def _is_hidden(run: etree._Element, styles: set[str]) -> bool:
    """Whether a run is hidden by what is said of itself, else by its own style or its paragraph's."""
    properties = run.find(f"{W}rPr")
    own = properties.find(f"{W}vanish") if properties is not None else None
    if own is not None:
        return is_on(own)
    paragraph = next(run.iterancestors(f"{W}p"), None)
    named = {value_of(properties.find(f"{W}rStyle"))} if properties is not None else set[str]()
    named |= {value_of(paragraph.find(f"{W}pPr/{W}pStyle"))} if paragraph is not None else set[str]()
    return bool(named & styles)


def _hidden_styles(package: Package) -> set[str]:
    if "word/styles.xml" not in package.parts:
        return set()
    styles = package.tree("word/styles.xml").iter(f"{W}style")
    return {style.get(f"{W}styleId", "") for style in styles if is_on(style.find(f"{W}rPr/{W}vanish"))}


def is_on(element: etree._Element | None) -> bool:
    """Whether a property that is on or off is on."""
    return element is not None and element.get(f"{W}val", "true") not in {"0", "false", "off", "none"}


def _check_styles(package: Package) -> None:
    """Refuse styles that are each based on the other: programs follow them for ever."""
    if "word/styles.xml" not in package.parts:
        return
    styles = package.tree("word/styles.xml").iter(f"{W}style")
    based = {style.get(f"{W}styleId", ""): value_of(style.find(f"{W}basedOn")) for style in styles}
    for style, parent in based.items():
        seen, at = {style}, parent
        while at:
            if at in seen:
                raise NotWashed("damaged")
            seen.add(at)
            at = based.get(at, "")


def value_of(element: etree._Element | None) -> str:
    """Return what an element says in its attribute `val`."""
    return "" if element is None else element.get(f"{W}val", "")


def _wash_settings(package: Package, told: Counter[str]) -> None:
    if "word/settings.xml" not in package.parts:
        return
    root = package.tree("word/settings.xml")
    for element in list(root.iter(*(f"{W}{name}" for name in _SETTINGS))):
        told["source"] += local(element) in {"mailMerge", "attachedTemplate"}
        drop(element)
    package.put("word/settings.xml", root)


def _drop_parts(package: Package, told: Counter[str]) -> None:
    """Drop parts that no page shows, and each relation to them or to a place outside, but for links to follow."""
    for name in package.names(_GONE_PARTS):
        told["author"] += name.startswith("docProps/")
        del package.parts[name]
    for name in package.names(re.compile(r".*\.rels\Z")):
        root = package.tree(name)
        for relation in list(root):
            kind, is_outside = relation.get("Type", ""), relation.get("TargetMode") == "External"
            if is_outside and kind.endswith(("/image", "/frame", "/subDocument", "/oleObject", "/aFChunk")):
                raise NotWashed("linked")
            is_gone = not is_outside and package.target(name, relation.get("Target", "")) not in package.parts
            if is_gone or (is_outside and not kind.endswith("/hyperlink")):
                drop(relation)
        package.put(name, root)
    types = package.tree("[Content_Types].xml")
    for override in list(types):
        if override.get("PartName", "/").lstrip("/") not in package.parts and local(override) == "Override":
            drop(override)
    package.put("[Content_Types].xml", types)
    _keep_title(package, told)


def _keep_title(package: Package, told: Counter[str]) -> None:
    """Of what the file says about itself, leave its title alone: those who listen to the PDF hear it first."""
    if "docProps/core.xml" not in package.parts:
        return
    root = package.tree("docProps/core.xml")
    for element in list(root):
        if local(element) != "title":
            told["author"] += 1
            drop(element)
    package.put("docProps/core.xml", root)
