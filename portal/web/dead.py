"""A link that was real and opens nothing any more: what happened, and what to do next.

It is said only to who held the real link. A right that ended, and everything else the family need not know of, is told
in the words of a letter that was taken back.
"""

from starlette.requests import Request
from starlette.responses import Response

from portal.kernel.ids import new_secret
from portal.links.rules import SESSION_ENDED
from portal.web.render_family import family_page, language_of
from portal.words.pages import DeadWords, dead_words, renew_words

_GONE = 410
CODE_PAGE = "/o/verify"
_RENEWABLE = frozenset({"expired", "followed"})


def dead_page(request: Request, why: str, *, carried: str = "") -> Response:
    """Answer for a dead link. `carried` is the link or code itself, for a page whose button asks for a fresh one."""
    if why == SESSION_ENDED:
        return closed_page(request, status=_GONE)
    language = language_of(request)
    return family_page(
        request,
        "family/dead.html",
        status=_GONE,
        language=language,
        words=_told(dead_words(language), why),
        renew=renew_words(language) if why in _RENEWABLE else None,
        carried=carried,
        repeats_request=bool(carried),
        press=new_secret(),
        asks_school=why not in _RENEWABLE,
    )


def closed_page(request: Request, *, status: int) -> Response:
    """Answer a browser in which nothing is open any more, or never was: the same to all, with the way on."""
    language = language_of(request)
    words = dead_words(language)["step-ended" if request.url.path == CODE_PAGE else SESSION_ENDED]
    return family_page(request, "family/closed.html", status=status, language=language, words=words)


def _told(words: dict[str, DeadWords], why: str) -> DeadWords:
    return words.get(why, words["taken-back"])
