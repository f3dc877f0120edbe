"""The demo's inbox as pages on a port of their own: pick a message, press its link."""

import re
from email import message_from_bytes, policy
from html import escape

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from portal.kernel.text.counts import count_of
from portal.mail.transport.inbox import Inbox, KeptMessage

_STYLE = """
body { font: 17px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 24px; background: #f3f0e8;
  color: #1c2630 }
a { color: #0b4f5c } table { border-collapse: collapse; width: 100% }
td, th { text-align: start; padding: 10px; border-bottom: 1px solid #d8d2c4 }
iframe { width: 100%; height: 560px; border: 1px solid #d8d2c4; background: #fff }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: #fffdf8; padding: 16px }
input { font: inherit; padding: 8px; width: min(26rem, 100%) }
"""
_HEAD = """<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>
<link rel=icon href='data:,'>"""
_SANDBOX = "sandbox='allow-top-navigation-by-user-activation' title='The message'"
_PAGE = 100


def _page(title: str, body: str) -> Response:
    page = f"{_HEAD}<title>{title}</title><style>{_STYLE}</style><h1>{title}</h1>{body}"
    return HTMLResponse(page, headers={"Referrer-Policy": "no-referrer"})


def _row(kept: KeptMessage) -> str:
    subject = escape(kept.subject) or "(no subject)"
    return f"<tr><td>{escape(kept.to)}<td><a href='/message/{kept.number}'>{subject}</a>"


def inbox_site(inbox: Inbox) -> Starlette:
    """Return the inbox's pages. Loopback only: what it shows opens letters."""

    def newest(request: Request) -> Response:
        to = request.query_params.get("to", "")
        rows = "".join(_row(kept) for kept in inbox.newest(to=to, limit=_PAGE))
        search = f"<form><label>Address holds <input name=to value='{escape(to, quote=True)}'></label></form>"
        count = f"<p>{count_of(len(inbox), 'message')} came in; the newest {_PAGE} that match are shown.</p>"
        return _page("The demo’s inbox", f"{search}{count}<table><tr><th>To<th>Subject{rows}</table>")

    def message(request: Request) -> Response:
        kept = inbox.get(request.path_params["number"])
        if kept is None:
            raise HTTPException(404)
        parsed = message_from_bytes(kept.raw, policy=policy.default)
        plain, html = parsed.get_body(("plain",)), parsed.get_body(("html",))
        text = escape(plain.get_content()) if plain else ""
        text = re.sub(r"https?://[^\s<]+", lambda link: f"<a href='{link[0]}'>{link[0]}</a>", text)
        framed = (
            escape(html.get_content().replace("<head>", "<head><base target='_top'>", 1), quote=True) if html else ""
        )
        frame = f'<iframe {_SANDBOX} srcdoc="{framed}"></iframe>'
        back = f"<p><a href='/'>All messages</a> · <a href='/message/{kept.number}/source'>Source</a></p>"
        return _page(
            escape(kept.subject), f"<p>To {escape(kept.to)}</p>{back}{frame}<h2>As plain text</h2><pre>{text}</pre>"
        )

    def source(request: Request) -> Response:
        kept = inbox.get(request.path_params["number"])
        if kept is None:
            raise HTTPException(404)
        return PlainTextResponse(kept.raw.decode("utf-8", "replace"))

    return Starlette(
        routes=[
            Route("/", newest),
            Route("/message/{number:int}", message),
            Route("/message/{number:int}/source", source),
        ]
    )
