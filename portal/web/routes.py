"""The whole URL map on one screen, and who may pass at each door."""

from collections.abc import Callable, Sequence
from functools import cache

from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from portal.documents.rules import MOST_BYTES
from portal.publish.per_child.giving import MOST_GIVEN
from portal.publish.rosters.roster_uploads import MOST_ROSTER
from portal.web import school_mark
from portal.web.admin import (
    colleagues,
    disclosures,
    erase,
    incident_papers,
    incident_readings,
    incident_undo,
    incidents,
    ledger,
    links,
    pictures,
    revoke,
    roster,
    settings,
)
from portal.web.answers.static_files import OurFiles
from portal.web.family import devices, entry, language, letter, letters, renew, verify
from portal.web.family.file import file
from portal.web.guards import Endpoint, StaffRequest, admin, anyone, family, staff, waiting_family
from portal.web.posted.forms import FORM_BYTES
from portal.web.probes import metrics, operator
from portal.web.signin import one_time_links as signin
from portal.web.signin import own_sign_ins, provider
from portal.web.signin import setup as first_setup
from portal.web.signin.anew import anew
from portal.web.staff import home
from portal.web.staff.arriving import gathered_mail, mail_programs
from portal.web.staff.following import acknowledged, acts, alarms, mailing, paper, recipients, sending
from portal.web.staff.people import by_hand, families, guardianship
from portal.web.staff.viewing import child_letters as letters_each
from portal.web.staff.viewing import corrections, fixes, preview, shown_pages, stopped
from portal.web.staff.writing import begun, each, writing
from portal.web.staff.writing.each_typed import MOST_FILES
from portal.web.staff.writing.keeping import keep_of_signed_out
from portal.web.staff.writing.typed import MOST_LETTERS

_AROUND = 1024**2 + 64 * 1024 * 8
"""What a form puts around its files, thousands of names included."""
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


@cache
def routes() -> tuple[BaseRoute, ...]:
    """Return every route of the portal, made once: they know paths and pages, and nothing of a house."""
    return (
        _route("/o", anyone(entry.entry), GET),
        _route("/o", anyone(entry.open_it, opens=True), POST),
        _route("/o/verify", anyone(verify.verify, opens=True), GET),
        _route("/o/verify", anyone(verify.answer, opens=True), POST),
        _route("/renew", anyone(renew.renew), GET),
        _route("/renew", anyone(renew.ask_for_link, opens=True), POST),
        _route("/about", anyone(entry.about), GET),
        _route("/leave", anyone(entry.leave), POST),
        _route("/language", anyone(language.choose), POST),
        _route("/devices", family(devices.devices), GET),
        _route("/devices", family(devices.forget), POST),
        *_opened(),
        *_sign_in(),
        _route("/staff", staff(home.home), GET),
        *_families(),
        *_arriving(),
        *_begun(),
        _route("/staff/mailings", staff(home.mailings), GET),
        _letter("/staff/mailings", writing.create),
        _route("/staff/mailings/new", staff(writing.new), GET),
        _route("/staff/mailings/new/each", staff(each.new), GET),
        _many("/staff/mailings/each", each.create),
        _letter("/staff/mailings/{mailing}", writing.change),
        _route("/staff/mailings/{mailing}/edit", staff(writing.edit), GET),
        _route("/staff/mailings/{mailing}/left-out", staff(families.left_out), GET),
        *_one_mailing(),
        *_admin(),
        _route("/", anyone(operator.front), GET),
        _route("/healthz", operator.healthz, GET),
        _route("/readyz", anyone(operator.readyz, lane="probe"), GET),
        _route("/metrics", metrics.metrics, GET),
        _route("/mark/{fingerprint}.png", anyone(school_mark.mark), GET),
        _route("/robots.txt", anyone(operator.robots), GET),
        _route("/.well-known/security.txt", anyone(operator.security_txt), GET),
        Mount("/static", OurFiles()),
    )


def _begun() -> list[BaseRoute]:
    one = "/staff/begun/{begun}"
    return [
        _many("/staff/begun", begun.begin),
        _route(one, staff(begun.go_on), GET),
        _route(f"{one}/typed", staff(begun.typed, keeps=begun.keep_of_signed_out), POST, most_bytes=8 * FORM_BYTES),
        _route(f"{one}/progress", staff(begun.progress), GET),
        _route(f"{one}/discard", staff(begun.discard), POST),
    ]


def _opened() -> list[BaseRoute]:
    """Return what a browser reaches that has opened a link."""
    return [
        _route("/letters", family(letters.letters), GET),
        _route("/letters/switch", family(letters.switch), POST),
        _route("/letters/{copy}/open", family(letters.open_earlier), POST),
        _route("/letters/{copy}", waiting_family(letter.letter), GET),
        _route("/letters/{copy}/file", file, GET),
        _route("/letters/{copy}/pages/{number}.png", waiting_family(letter.picture), GET),
        _route("/letters/{copy}/acknowledge", family(letters.acknowledge), POST),
        _route("/letters/{copy}/not-mine", family(letters.not_mine), POST),
    ]


def _families() -> list[BaseRoute]:
    return [
        _route("/staff/guardianship", staff(guardianship.guardianship), GET),
        _route("/staff/guardianship", staff(guardianship.decide, lane="brake"), POST),
        _route("/staff/guardianship/lift", staff(guardianship.lift), POST),
        _route("/staff/guardianship/leave", staff(guardianship.leave_paused), POST),
        _route("/staff/guardianship/give", staff(by_hand.form), GET),
        _route("/staff/guardianship/give", staff(by_hand.ask_for), POST),
        _route("/staff/guardianship/give/confirm", staff(by_hand.confirm), POST),
        _route("/staff/guardianship/give/drop", staff(by_hand.drop), POST),
        _route("/staff/guardianship/give/end", staff(by_hand.end), POST),
        _route("/staff/families", staff(families.families), GET),
        _route("/staff/families/{number:path}", staff(families.family), GET),
    ]


def _arriving() -> list[BaseRoute]:
    """Return what somebody sees of their own mail programs, and of what came from them."""
    keys, one = "/staff/mail-programs/keys", "/staff/gathered/{gathering}"
    return [
        _route("/staff/mail-programs", staff(mail_programs.mail_programs), GET),
        _route(keys, staff(anew(mail_programs.make_key)), POST),
        _route(f"{keys}/{{key}}/end", staff(mail_programs.end_key, lane="brake"), POST),
        _route("/staff/gathered", staff(gathered_mail.gathered_mail), GET),
        _route("/staff/gathered/progress", staff(gathered_mail.progress), GET),
        _route(one, staff(gathered_mail.gathering), GET),
        _route(f"{one}/close", staff(gathered_mail.that_is_all), POST),
        _route(f"{one}/throw-away", staff(gathered_mail.throw_away), POST),
    ]


def _admin() -> list[BaseRoute]:
    return [
        *_incidents(),
        _route("/admin/links", admin(links.links), GET),
        _route("/admin/links/{link}/fresh", admin(links.send_fresh), POST),
        _route("/admin/revoke", admin(revoke.preview, lane="brake"), GET),
        _route("/admin/revoke", admin(revoke.revoke, lane="brake"), POST),
        _route("/admin/disclosures", admin(disclosures.disclosures), GET),
        _route("/admin/disclosures/mark", admin(disclosures.mark), POST),
        _route("/admin/disclosures/give", admin(disclosures.give, lane="slow"), POST),
        _route("/admin/pictures", admin(pictures.pictures), GET),
        _route("/admin/pictures", admin(pictures.register, waits=True), POST, most_bytes=MOST_BYTES),
        _route("/admin/pictures/{sha256}/forget", admin(pictures.forget), POST),
        _route("/admin/pictures/{sha256}/preview", admin(pictures.preview, of_every_site=True), GET),
        _route("/admin/pictures/{sha256}/accept", admin(pictures.accept, of_every_site=True), POST),
        _route("/admin/pictures/{sha256}/decline", admin(pictures.decline, of_every_site=True), POST),
        _route("/admin/erase", admin(erase.before, of_every_site=True), GET),
        _route("/admin/erase", admin(erase.erase, of_every_site=True), POST),
        _route("/admin/ledger", admin(ledger.ledger, of_every_site=True), GET),
        _route("/admin/ledger/head", admin(ledger.head, of_every_site=True), GET),
        _route("/admin/ledger/verify", admin(ledger.verify, of_every_site=True, waits=True), POST),
        *_roster(),
        _route("/admin/settings", admin(settings.settings), GET),
        _route("/admin/settings/accept", admin(anew(settings.accept), of_every_site=True), POST),
        _route("/admin/settings/accepted/{acceptance}/end", admin(settings.end, of_every_site=True), POST),
        _route("/admin/staff", admin(colleagues.staff), GET),
        _route("/admin/staff", admin(anew(colleagues.add)), POST),
        _route("/admin/staff/{staff}", admin(colleagues.colleague), GET),
        _route("/admin/staff/{staff}", admin(anew(colleagues.change)), POST),
        _route("/admin/staff/{staff}/mail-keys/{key}/end", admin(colleagues.end_mail_key, lane="brake"), POST),
        _route("/admin/staff/{staff}/remove", admin(anew(colleagues.remove), lane="brake"), POST),
    ]


def _roster() -> list[BaseRoute]:
    one, size = "/admin/roster/{upload}", MOST_ROSTER + _AROUND
    give = admin(roster.give, of_every_site=True, waits=True, in_memory=True)
    return [
        _route("/admin/roster", admin(roster.roster, of_every_site=True), GET),
        _route("/admin/roster", give, POST, most_bytes=size),
        _route(one, admin(roster.upload, of_every_site=True), GET),
        _route(f"{one}/progress", admin(roster.progress, of_every_site=True), GET),
        _route(f"{one}/columns", admin(roster.columns, of_every_site=True), POST),
        _route(f"{one}/import", admin(roster.import_it, of_every_site=True), POST),
        _route(f"{one}/forget", admin(roster.forget, of_every_site=True), POST),
    ]


def _incidents() -> list[BaseRoute]:
    one = "/admin/incidents/{incident}"
    return [
        _route("/admin/incidents", admin(incidents.incidents, lane="brake"), GET),
        _route("/admin/incidents", admin(incidents.freeze, lane="brake"), POST),
        _route("/admin/incidents/freeze", admin(incidents.before_freeze, lane="brake"), GET),
        _route(one, admin(incidents.incident, lane="brake"), GET),
        _route(f"{one}/decisions", admin(incidents.decide), POST),
        _route(f"{one}/texts/{{text}}", admin(incident_papers.text), GET),
        _route(f"{one}/texts/{{text}}", admin(incident_papers.keep_text), POST, most_bytes=4 * FORM_BYTES),
        _route(f"{one}/texts/{{text}}/file", admin(incident_papers.text_file), GET),
        _route(f"{one}/pack", admin(incident_papers.pack, lane="slow"), POST),
        _route(f"{one}/undo/{{letter}}", admin(incident_undo.before_undo), GET),
        _route(f"{one}/undo/{{letter}}", admin(incident_undo.undo), POST),
        _route(f"{one}/readings", admin(incident_readings.ask_to_read), POST),
        _route(f"{one}/readings/{{reading}}/grant", admin(incident_readings.grant), POST),
        _route(f"{one}/readings/{{reading}}/file", admin(incident_readings.file), POST),
    ]


def _one_mailing() -> list[BaseRoute]:
    path = "/staff/mailings/{mailing}"
    return [
        _route(path, staff(mailing.mailing), GET),
        _route(f"{path}/preview", staff(preview.preview), GET),
        _route(f"{path}/preview/message", staff(mailing.message), GET),
        _route(f"{path}/file", staff(preview.file), GET),
        _route(f"{path}/read", staff(shown_pages.read), GET),
        _route(f"{path}/documents/{{document}}/pages/{{number}}.png", staff(shown_pages.picture, lane="slow"), GET),
        _route(f"{path}/progress", staff(mailing.progress), GET),
        _route(f"{path}/not-reached", staff(mailing.not_reached), GET),
        _route(f"{path}/families", staff(recipients.families), GET),
        _route(f"{path}/families.csv", staff(recipients.as_csv), POST),
        _route(f"{path}/acknowledged", staff(acknowledged.acknowledged), GET),
        _route(f"{path}/acknowledged.csv", staff(acknowledged.as_csv), POST),
        _route(f"{path}/submit", staff(acts.submit, waits=True), POST),
        _route(f"{path}/add-guardians", staff(acts.add_guardians), POST),
        _route(f"{path}/test", staff(acts.test), POST),
        _route(f"{path}/approve", staff(acts.approve, waits=True), POST),
        _route(f"{path}/return", staff(acts.return_it), POST),
        _route(f"{path}/stop", staff(mailing.before_stop, lane="brake"), GET),
        _route(f"{path}/stop", staff(acts.stop, lane="brake"), POST),
        _route(f"{path}/pause", staff(sending.pause, lane="brake"), POST),
        _route(f"{path}/ask-approver", staff(acts.ask_approver), POST),
        _route(f"{path}/continue", staff(sending.go_on), POST),
        _route(f"{path}/schedule", staff(sending.before_schedule), GET),
        _route(f"{path}/schedule", staff(sending.schedule), POST),
        _route(f"{path}/send/{{kind}}", staff(sending.before_round), GET),
        _route(f"{path}/send/{{kind}}", staff(sending.send_round, waits=True), POST),
        _route(f"{path}/print", staff(paper.preview), GET),
        _route(f"{path}/print", staff(paper.print_pages, lane="slow"), POST),
        _route(f"{path}/print/marks", staff(paper.marks), GET),
        _route(f"{path}/print/marks", staff(paper.mark), POST),
        *_alarms(path),
        *_corrections(path),
        *_letters(path),
        _route(f"{path}/stopped", staff(stopped.stopped), GET),
        _route(f"{path}/stopped/file", staff(stopped.file), GET),
        _route(f"{path}/release", staff(stopped.release, waits=True), POST),
    ]


def _alarms(path: str) -> list[BaseRoute]:
    return [
        _route(f"{path}/pause-links", staff(alarms.pause_links, lane="brake"), POST),
        _route(f"{path}/open-links", staff(alarms.open_links), POST),
        _route(f"{path}/call-admins", staff(alarms.call_admins, lane="brake"), POST),
    ]


def _letters(path: str) -> list[BaseRoute]:
    return [
        _route(f"{path}/each", staff(each.again), GET),
        _many(f"{path}/each", each.change),
        _route(f"{path}/letters", staff(letters_each.letters), GET),
        _route(f"{path}/letters/progress", staff(letters_each.progress), GET),
        _route(f"{path}/letters/assign", staff(fixes.assign, waits=True), POST),
        _route(f"{path}/letters/confirm", staff(fixes.confirm), POST),
        _route(f"{path}/letters/narrow", staff(fixes.narrow), POST),
        _route(f"{path}/letters/swap", staff(fixes.swap, waits=True), POST),
        _route(f"{path}/letters/drop", staff(fixes.drop), POST),
        _route(f"{path}/letters/use", staff(fixes.use, waits=True), POST),
        _route(f"{path}/letters/give", staff(fixes.bring, waits=True), POST, most_bytes=MOST_BYTES),
        _route(f"{path}/letters/leave-out", staff(fixes.leave_out), POST),
        _route(f"{path}/letters/take-in", staff(fixes.take_in), POST),
        _route(f"{path}/letters/again", staff(fixes.sort_again, waits=True), POST, most_bytes=MOST_BYTES),
        _route(f"{path}/letters/given/{{given}}/file", staff(letters_each.given), GET),
        _route(f"{path}/letters/pages/{{page}}/file", staff(letters_each.page, lane="slow"), GET),
        _route(f"{path}/letters/{{document}}", staff(letters_each.letter), GET),
        _route(f"{path}/letters/{{document}}/file", staff(letters_each.file), GET),
        _route(f"{path}/sample", staff(letters_each.sample), GET),
        _route(f"{path}/sample", staff(letters_each.note_sample, waits=True), POST),
    ]


def _letter(path: str, handler: Callable[[StaffRequest], Response]) -> Route:
    """Return a route that takes one letter, a file for each language."""
    keeping_it = staff(handler, most_files=MOST_LETTERS, waits=True, keeps=keep_of_signed_out)
    return _route(path, keeping_it, POST, most_bytes=MOST_BYTES)


def _many(path: str, handler: Callable[[StaffRequest], Response]) -> Route:
    """Return a route that takes thousands of files at once, or one of two gigabytes."""
    most_bytes = MOST_GIVEN + _AROUND
    keeping_it = staff(handler, most_files=MOST_FILES, waits=True, keeps=keep_of_signed_out)
    return _route(path, keeping_it, POST, most_bytes=most_bytes)


def _corrections(path: str) -> list[BaseRoute]:
    one = f"{path}/documents/{{document}}/replace"
    return [
        _route(f"{path}/files", staff(acts.order), POST),
        _route(f"{path}/replace", staff(corrections.which), GET),
        _route(one, staff(corrections.replace), GET),
        _route(one, staff(corrections.bring, waits=True), POST, most_bytes=MOST_BYTES),
        _route(f"{one}/file", staff(corrections.file), GET),
        _route(f"{one}/approve", staff(corrections.approve, waits=True), POST),
        _route(f"{one}/drop", staff(corrections.drop), POST),
    ]


def _sign_in() -> list[BaseRoute]:
    return [
        _route("/setup", anyone(first_setup.setup), GET),
        _route("/setup", anyone(first_setup.set_up), POST),
        _route("/staff/sign-in", anyone(signin.sign_in), GET),
        _route("/staff/sign-in/link", anyone(signin.ask_for_link), POST),
        _route("/staff/sign-in/token", anyone(signin.redeem), POST),
        _route("/staff/sign-in/provider", provider.start, GET, within=HANDSHAKE),
        _route("/staff/sign-in/callback", provider.callback, GET, within=HANDSHAKE),
        _route("/staff/sign-out", staff(signin.sign_out), POST),
        _route("/staff/sign-ins", staff(own_sign_ins.own_sign_ins), GET),
        _route("/staff/sign-ins/end", staff(own_sign_ins.end, lane="brake"), POST),
    ]
