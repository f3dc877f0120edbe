"""Who may pass at each door: every route stands under the least who may. A new route needs a line here.

Whatever a path names (`{mailing}`, `{copy}` …) has to be within the person's own sites, or their own family's, or
there is nothing there: `tests/hostile/test_every_door.py` walks all of it.
"""

from starlette.routing import Route

from portal.web.routes import routes

DOORS: dict[str, str] = {
    "anyone": """
        GET /
        GET /healthz
        GET /readyz
        GET /metrics
        GET /mark/{fingerprint}.png
        GET /robots.txt
        GET /.well-known/security.txt
        GET /o
        POST /o
        GET /o/verify
        POST /o/verify
        GET /renew
        POST /renew
        GET /about
        POST /leave
        POST /language
        GET /setup
        POST /setup
        GET /staff/sign-in
        POST /staff/sign-in/link
        POST /staff/sign-in/token
        GET /staff/sign-in/provider
        GET /staff/sign-in/callback
    """,
    "family": """
        GET /devices
        POST /devices
        GET /letters
        POST /letters/switch
        POST /letters/{copy}/open
        GET /letters/{copy}
        GET /letters/{copy}/file
        GET /letters/{copy}/pages/{number}.png
        POST /letters/{copy}/acknowledge
        POST /letters/{copy}/not-mine
    """,
    "staff": """
        POST /staff/sign-out
        GET /staff/sign-ins
        POST /staff/sign-ins/end
        GET /staff
        POST /staff/begun
        GET /staff/begun/{begun}
        POST /staff/begun/{begun}/typed
        GET /staff/begun/{begun}/progress
        POST /staff/begun/{begun}/discard
        GET /staff/families
        GET /staff/families/{number:path}
        GET /staff/guardianship
        POST /staff/guardianship
        GET /staff/guardianship/give
        POST /staff/guardianship/give
        POST /staff/guardianship/give/drop
        POST /staff/guardianship/give/end
        GET /staff/mail-programs
        POST /staff/mail-programs/keys
        POST /staff/mail-programs/keys/{key}/end
        GET /staff/gathered
        GET /staff/gathered/progress
        GET /staff/gathered/{gathering}
        POST /staff/gathered/{gathering}/close
        POST /staff/gathered/{gathering}/throw-away
        GET /staff/mailings
        POST /staff/mailings
        GET /staff/mailings/new
        GET /staff/mailings/new/each
        POST /staff/mailings/each
        POST /staff/mailings/{mailing}
        GET /staff/mailings/{mailing}/edit
        GET /staff/mailings/{mailing}/left-out
        GET /staff/mailings/{mailing}
        GET /staff/mailings/{mailing}/preview
        GET /staff/mailings/{mailing}/preview/message
        GET /staff/mailings/{mailing}/file
        GET /staff/mailings/{mailing}/read
        GET /staff/mailings/{mailing}/documents/{document}/pages/{number}.png
        GET /staff/mailings/{mailing}/progress
        GET /staff/mailings/{mailing}/families
        POST /staff/mailings/{mailing}/families.csv
        GET /staff/mailings/{mailing}/acknowledged
        POST /staff/mailings/{mailing}/acknowledged.csv
        GET /staff/mailings/{mailing}/not-reached
        POST /staff/mailings/{mailing}/submit
        POST /staff/mailings/{mailing}/add-guardians
        POST /staff/mailings/{mailing}/files
        POST /staff/mailings/{mailing}/test
        GET /staff/mailings/{mailing}/stop
        POST /staff/mailings/{mailing}/stop
        POST /staff/mailings/{mailing}/pause
        POST /staff/mailings/{mailing}/pause-links
        POST /staff/mailings/{mailing}/open-links
        POST /staff/mailings/{mailing}/call-admins
        POST /staff/mailings/{mailing}/ask-approver
        POST /staff/mailings/{mailing}/continue
        GET /staff/mailings/{mailing}/schedule
        POST /staff/mailings/{mailing}/schedule
        GET /staff/mailings/{mailing}/send/{kind}
        POST /staff/mailings/{mailing}/send/{kind}
        GET /staff/mailings/{mailing}/print
        POST /staff/mailings/{mailing}/print
        GET /staff/mailings/{mailing}/print/marks
        POST /staff/mailings/{mailing}/print/marks
        GET /staff/mailings/{mailing}/replace
        GET /staff/mailings/{mailing}/documents/{document}/replace
        POST /staff/mailings/{mailing}/documents/{document}/replace
        GET /staff/mailings/{mailing}/documents/{document}/replace/file
        POST /staff/mailings/{mailing}/documents/{document}/replace/drop
        GET /staff/mailings/{mailing}/each
        POST /staff/mailings/{mailing}/each
        GET /staff/mailings/{mailing}/letters
        GET /staff/mailings/{mailing}/letters/progress
        POST /staff/mailings/{mailing}/letters/assign
        POST /staff/mailings/{mailing}/letters/confirm
        POST /staff/mailings/{mailing}/letters/narrow
        POST /staff/mailings/{mailing}/letters/swap
        POST /staff/mailings/{mailing}/letters/drop
        POST /staff/mailings/{mailing}/letters/use
        POST /staff/mailings/{mailing}/letters/give
        POST /staff/mailings/{mailing}/letters/leave-out
        POST /staff/mailings/{mailing}/letters/take-in
        POST /staff/mailings/{mailing}/letters/again
        GET /staff/mailings/{mailing}/letters/given/{given}/file
        GET /staff/mailings/{mailing}/letters/pages/{page}/file
        GET /staff/mailings/{mailing}/letters/{document}
        GET /staff/mailings/{mailing}/letters/{document}/file
        GET /staff/mailings/{mailing}/sample
        POST /staff/mailings/{mailing}/sample
    """,
    "approver": """
        POST /staff/guardianship/lift
        POST /staff/guardianship/leave
        POST /staff/guardianship/give/confirm
        POST /staff/mailings/{mailing}/approve
        POST /staff/mailings/{mailing}/return
        POST /staff/mailings/{mailing}/documents/{document}/replace/approve
        GET /staff/mailings/{mailing}/stopped
        GET /staff/mailings/{mailing}/stopped/file
        POST /staff/mailings/{mailing}/release
    """,
    "admin": """
        GET /admin/incidents
        POST /admin/incidents
        GET /admin/incidents/freeze
        GET /admin/incidents/{incident}
        POST /admin/incidents/{incident}/decisions
        GET /admin/links
        POST /admin/links/{link}/fresh
        GET /admin/revoke
        POST /admin/revoke
        GET /admin/pictures
        POST /admin/pictures
        POST /admin/pictures/{sha256}/forget
        GET /admin/pictures/{sha256}/preview
        POST /admin/pictures/{sha256}/accept
        POST /admin/pictures/{sha256}/decline
        GET /admin/erase
        POST /admin/erase
        GET /admin/ledger
        GET /admin/ledger/head
        POST /admin/ledger/verify
        GET /admin/staff
        POST /admin/staff
        GET /admin/staff/{staff}
        POST /admin/staff/{staff}
        POST /admin/staff/{staff}/remove
        POST /admin/staff/{staff}/mail-keys/{key}/end
        GET /admin/incidents/{incident}/texts/{text}
        POST /admin/incidents/{incident}/texts/{text}
        GET /admin/incidents/{incident}/texts/{text}/file
        POST /admin/incidents/{incident}/pack
        GET /admin/incidents/{incident}/undo/{letter}
        POST /admin/incidents/{incident}/undo/{letter}
        POST /admin/incidents/{incident}/readings
        POST /admin/incidents/{incident}/readings/{reading}/grant
        POST /admin/incidents/{incident}/readings/{reading}/file
        GET /admin/disclosures
        POST /admin/disclosures/mark
        POST /admin/disclosures/give
        GET /admin/roster
        POST /admin/roster
        GET /admin/roster/{upload}
        GET /admin/roster/{upload}/progress
        POST /admin/roster/{upload}/columns
        POST /admin/roster/{upload}/import
        POST /admin/roster/{upload}/forget
        GET /admin/settings
        POST /admin/settings/accept
        POST /admin/settings/accepted/{acceptance}/end
    """,
}


def table() -> dict[str, str]:
    """Return the least who may pass, by `METHOD /path`."""
    return {line.strip(): who for who, lines in DOORS.items() for line in lines.splitlines() if line.strip()}


def doors() -> dict[str, str]:
    """Return the guard of every route there is, by `METHOD /path`."""
    return {
        f"{method} {route.path}": str(getattr(route.endpoint, "guard", None))
        for route in routes()
        if isinstance(route, Route)
        for method in (route.methods or set()) - {"HEAD"}
    }
