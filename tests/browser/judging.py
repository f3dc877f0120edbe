"""How a page is judged by machine: axe, what axe could not decide, the size of targets, and what fits."""

from typing import TYPE_CHECKING, Any

import pypdfium2 as pdfium
from axe_playwright_python.sync_playwright import Axe

if TYPE_CHECKING:
    from playwright.sync_api import Page

SMALLEST_TARGET = 44
_AXE = Axe()
_THIS_PAGE = {"iframes": False, "resultTypes": ["violations", "incomplete"]}
"""Of what is in order not every element is described: nobody reads that, and it takes up to a fifth of the time."""

_JUDGED = {
    "frame-tested": "what is framed has a page of its own, and a sandboxed frame never answers axe",
    "color-contrast": "the text of one letter, or text on a picture of a page: looked at in docs/screens",
}
"""What axe leaves to people, and what people found."""

_SMALL = """smallest => [...document.querySelectorAll("button, a.button, select, summary, input:not([type=hidden])")]
  .filter(one => one.checkVisibility() && !one.closest(".visually-hidden"))
  .filter(one => [one, ...(one.labels || [])].every(part => part.getBoundingClientRect().height < smallest))
  .map(one => one.outerHTML.slice(0, 200))"""

_TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll("body *")]
  .filter(one => one.checkVisibility() && !one.closest(".visually-hidden"))
  .filter(one => { const box = one.getBoundingClientRect(); return box.right > innerWidth || box.left < 0; })
  .map(one => one.outerHTML.slice(0, 200))"""

_UNSEEN_FOCUS = """async () => {
  const lost = [];
  for (const one of document.querySelectorAll("a[href], button, select, summary, input:not([type=hidden])")) {
    if (!one.checkVisibility()) { continue; }
    one.focus({ focusVisible: true });
    const style = getComputedStyle(one);
    const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    if (document.activeElement !== one || !ring) { lost.push(one.outerHTML.slice(0, 200)); }
  }
  document.activeElement.blur();
  return lost;
}"""


def faults(page: "Page") -> list[str]:
    """Return what is wrong with a page as it stands: an empty list where nothing is."""
    found: list[str] = []
    answer: dict[str, Any] = _AXE.run(page, options=_THIS_PAGE).response
    found += [f"{rule['id']}: {node['html']}" for rule in answer["violations"] for node in rule["nodes"]]
    found += [f"axe is unsure of {rule['id']}: {rule['nodes'][0]['html']}"
              for rule in answer["incomplete"] if rule["id"] not in _JUDGED]  # fmt: skip
    found += [] if page.evaluate("self.crossOriginIsolated") else ["it may share a process with other sites"]
    return [*found, *too_small(page), *too_wide(page)]


def too_small(page: "Page") -> list[str]:
    """Return what is too small for a thumb."""
    found: list[str] = page.evaluate(_SMALL, SMALLEST_TARGET)
    return [f"small: {one}" for one in found]


def too_wide(page: "Page") -> list[str]:
    """Return what is wider than the screen."""
    found: list[str] = page.evaluate(_TOO_WIDE)
    return [f"wider than the screen: {one}" for one in found]


def printed(page: "Page") -> list[str]:
    """Return what each sheet says when a page is printed; a picture says nothing."""
    with pdfium.PdfDocument(page.pdf()) as sheets:
        return [sheet.get_textpage().get_text_range() for sheet in sheets]


def without_focus_ring(page: "Page") -> list[str]:
    """Return what can be reached by keyboard and does not show that it is."""
    found: list[str] = page.evaluate(_UNSEEN_FOCUS)
    return found
