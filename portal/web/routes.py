"""The whole URL map on one screen, and who may pass at each door."""

from collections.abc import Sequence

from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Mount, Route

from portal.documents.rules import MOST_BYTES
from portal.kernel.migrations import shipped
from portal.web import operator
from portal.web.admin import colleagues, ledger, links, pictures, revoke
from portal.web.family import entry, letters
from portal.web.family.file import file
from portal.web.files import OurFiles
from portal.web.forms import FORM_BYTES
from portal.web.guards import Endpoint, admin, anyone, family, staff
from portal.web.signin import links as signin
from portal.web.signin import provider
from portal.web.staff import acts, families, home, mailing, preview, stopped, writing

GET, POST = ("GET",), ("POST",)
HANDSHAKE = (Middleware(provider.Handshake),)


def _route(
    path: str,
    endpoint: Endpoint,
    methods: tuple[str, ...],
    *,
    most_bytes: int = FORM_BYTES,
    within: Sequence[Middleware] = (),
) -> Route:
    return Route(path, endpoint, methods=methods, max_body_size=most_bytes, middleware=within)


def routes() -> list[BaseRoute]:
    """Return every route of the portal."""
    return [
        _route("/o", anyone(entry.entry), GET),
        _route("/o", anyone(entry.open_it), POST),
        _route("/about", anyone(entry.about), GET),
        _route("/leave", anyone(entry.leave), POST),
        _route("/letters", family(letters.letters), GET),
        _route("/letters/{copy}", family(letters.letter), GET),
        _route("/letters/{copy}/file", file, GET),
        _route("/letters/{copy}/not-mine", family(letters.not_mine), POST),
        *_sign_in(),
        _route("/staff", staff(home.home), GET),
        _route("/staff/families", staff(families.families), GET),
        _route("/staff/families/{number:path}", staff(families.family), GET),
        _route("/staff/mailings", staff(home.mailings), GET),
        _route("/staff/mailings", staff(writing.create), POST, most_bytes=MOST_BYTES),
        _route("/staff/mailings/new", staff(writing.new), GET),
        _route("/staff/mailings/{mailing}", staff(writing.change), POST, most_bytes=MOST_BYTES),
        _route("/staff/mailings/{mailing}/edit", staff(writing.edit), GET),
        _route("/staff/mailings/{mailing}/left-out", staff(families.left_out), GET),
        *_one_mailing(),
        *_admin(),
        _route("/", anyone(operator.front), GET),
        _route("/healthz", anyone(operator.healthz), GET),
        _route("/readyz", anyone(operator.readyz), GET),
        _route("/robots.txt", anyone(operator.robots), GET),
        _route("/.well-known/security.txt", anyone(operator.security_txt), GET),
        Mount("/static", OurFiles(directory=shipped("static"))),
    ]


def _admin() -> list[BaseRoute]:
    return [
        _route("/admin/links", admin(links.links), GET),
        _route("/admin/revoke", admin(revoke.preview), GET),
        _route("/admin/revoke", admin(revoke.revoke), POST),
        _route("/admin/pictures", admin(pictures.pictures), GET),
        _route("/admin/pictures", admin(pictures.register), POST, most_bytes=MOST_BYTES),
        _route("/admin/pictures/{sha256}/forget", admin(pictures.forget), POST),
        _route("/admin/ledger", admin(ledger.ledger), GET),
        _route("/admin/ledger/head", admin(ledger.head), GET),
        _route("/admin/ledger/verify", admin(ledger.verify), POST),
        _route("/admin/staff", admin(colleagues.staff), GET),
        _route("/admin/staff", admin(colleagues.add), POST),
        _route("/admin/staff/{staff}", admin(colleagues.colleague), GET),
        _route("/admin/staff/{staff}", admin(colleagues.change), POST),
        _route("/admin/staff/{staff}/remove", admin(colleagues.remove), POST),
    ]


def _one_mailing() -> list[BaseRoute]:
    path = "/staff/mailings/{mailing}"
    return [
        _route(path, staff(mailing.mailing), GET),
        _route(f"{path}/preview", staff(preview.preview), GET),
        _route(f"{path}/preview/message", staff(mailing.message), GET),
        _route(f"{path}/file", staff(preview.file), GET),
        _route(f"{path}/progress", staff(mailing.progress), GET),
        _route(f"{path}/not-reached", staff(mailing.not_reached), GET),
        _route(f"{path}/submit", staff(acts.submit), POST),
        _route(f"{path}/test", staff(acts.test), POST),
        _route(f"{path}/approve", staff(acts.approve), POST),
        _route(f"{path}/return", staff(acts.return_it), POST),
        _route(f"{path}/stop", staff(mailing.before_stop), GET),
        _route(f"{path}/stop", staff(acts.stop), POST),
        _route(f"{path}/stopped", staff(stopped.stopped), GET),
        _route(f"{path}/stopped/file", staff(stopped.file), GET),
        _route(f"{path}/release", staff(stopped.release), POST),
    ]


def _sign_in() -> list[BaseRoute]:
    return [
        _route("/staff/sign-in", anyone(signin.sign_in), GET),
        _route("/staff/sign-in/link", anyone(signin.ask_for_link), POST),
        _route("/staff/sign-in/token", anyone(signin.redeem), POST),
        _route("/staff/sign-in/provider", provider.start, GET, within=HANDSHAKE),
        _route("/staff/sign-in/callback", provider.callback, GET, within=HANDSHAKE),
        _route("/staff/sign-out", staff(signin.sign_out), POST),
    ]
