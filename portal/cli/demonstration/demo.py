"""`portal demo`: the whole job for 2,900 made-up children, from an empty folder to letters in an inbox."""

import asyncio
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
import uvicorn

from portal import publish
from portal.app import build_app
from portal.cli.demonstration.demo_cast import (
    FIELD_TRIP,
    PEOPLE,
    WELCOME,
    Words,
    import_demo_roster,
    seat_staff,
    sign_in_links,
    write_letter,
)
from portal.cli.demonstration.inbox_page import inbox_site
from portal.cli.opening import aside, bring_up_to_date, people, print_json
from portal.cli.operation.serve import check_is_free, drain_outbox, run_deliveries, serve_together, site_config
from portal.families import repository as families
from portal.kernel.clock import utc_now
from portal.kernel.configuration.settings import Settings
from portal.kernel.errors import PortalError, Refused
from portal.kernel.log import start_logging
from portal.kernel.secrets.keys import make_key_file
from portal.mail.transport.inbox import Inbox, InboxServer
from portal.mailings import repository as mailings
from portal.mailings.rules import check_draft
from portal.overviews.audience import audiences
from portal.overviews.sending.progress import progress_of
from portal.publish import Checked, Upload
from portal.staff.rules import Acting, Role
from portal.wiring import House, build_house

_MARK = "made-by-portal-demo"
_HELD_SECONDS = 900
"""As long as the sign-in links last: whoever comes in by one still sees that letter held."""
_HOLD_SECONDS = 60
"""The hold of what is approved in the demo itself: long enough to be stopped, short enough to be waited for."""
Made = TypeVar("Made")


class _Times:
    """How long each step took, said aloud as it ends."""

    def __init__(self, *, quiet: bool) -> None:
        self.seconds: dict[str, float] = {}
        self._quiet = quiet

    def step(self, name: str, words: str, act: Callable[[], Made]) -> Made:
        began = time.perf_counter()
        with aside.status(f"{words} …"):
            made = act()
        self.seconds[name] = round(time.perf_counter() - began, 2)
        if not self._quiet:
            aside.print(f"  {self.seconds[name]:6.2f} s  {words}")
        return made


def demo(
    port: Annotated[int, typer.Option(help="Port of the portal.", min=1, max=65535)] = 8000,
    data: Annotated[Path, typer.Option(help="Folder of the demo; an earlier demo in it is replaced.")] = Path(
        "var/demo"
    ),
    once: Annotated[bool, typer.Option("--once", help="End when all is delivered.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as one JSON object.")] = False,
) -> None:
    """Do the whole job for 2,900 made-up children, then keep the site, a worker and an inbox running."""
    start_logging(quiet=True)
    for each in () if once else (port, port + 1):
        check_is_free("127.0.0.1", each)
    settings_of = _empty_folder(data)
    inbox = Inbox()
    with _inbox_server(inbox) as smtp_url:
        settings = settings_of(f"http://127.0.0.1:{port}", smtp_url)
        times = _Times(quiet=as_json)
        house = times.step("keys_and_schema", "Making keys and schema", lambda: _make_house(settings))
        try:
            mailing_id, staff = _publish(house, times)
            times.step("delivery", "Delivering every notice over SMTP", lambda: run_deliveries(drain_outbox(house)))
            summary = _summary(house, mailing_id, inbox, times)
            inbox_port = port + 1
            summary["inbox"] = f"http://127.0.0.1:{inbox_port}/"
            if as_json:
                print_json(**summary)
            else:
                _say(summary, settings)
            if not once:
                _say_doors(house, _leave_held(house, staff))
                asyncio.run(_stay(_with_hold(house, _HOLD_SECONDS), inbox, port=port, inbox_port=inbox_port))
        finally:
            house.close()


def _empty_folder(data: Path) -> Callable[[str, str], Settings]:
    """Make the demo's folder anew; a folder that no demo made is left alone. Raises `Refused`."""
    folder = data.absolute()
    if folder.exists() and any(folder.iterdir()):
        if not (folder / _MARK).exists():
            raise Refused(f"{folder} holds something else. Choose another folder with --data.")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / _MARK).touch()
    make_key_file(folder / "portal.keys", utc_now())

    def settings(base_url: str, smtp_url: str) -> Settings:
        return Settings.model_validate(
            {
                "data_dir": folder / "data",
                "key_file": folder / "portal.keys",
                "base_url": base_url,
                "smtp_url": smtp_url,
                "organisation": "Riverbend Schools",
                "contact": "the program office, 555 0100",
                "timezone": "America/Chicago",
                "mail_from": "letters@riverbend.example.org",
                "hold_seconds": 0,
                "cli_approval": True,
            }
        )

    return settings


@contextmanager
def _inbox_server(inbox: Inbox) -> Iterator[str]:
    server = InboxServer(inbox)
    server.start()
    try:
        yield server.url
    finally:
        server.stop()


def _make_house(settings: Settings) -> House:
    house = build_house(settings)
    bring_up_to_date(house.db)
    return house


def _publish(house: House, times: _Times) -> tuple[str, dict[Role, Acting]]:
    times.step("roster", "Importing the roster of 2,900 children", lambda: import_demo_roster(house))
    staff = times.step("staff", "Adding a publisher, an approver and an admin", lambda: seat_staff(house))
    letter = times.step("letter", "Setting the welcome letter", lambda: write_letter(house))
    mailing_id = times.step(
        "guard",
        "Having the guard read it, and sealing it",
        lambda: _draft(house, WELCOME, staff["publisher"], upload=Upload(letter, "welcome-letter.pdf")),
    )
    letter.unlink()
    times.step(
        "approval",
        "Approving it as a second person: links and notices are written",
        lambda: _approve(house, mailing_id, staff),
    )
    return mailing_id, staff


def _draft(house: House, words: Words, by: Acting, *, upload: Upload | None = None) -> str:
    draft = check_draft(
        title=words.title,
        message=words.message,
        terms=[words.term],
        link_days=house.settings.link_days,
        link_hosts=house.settings.link_hosts,
    )
    texts = {publish.BASE: words.letter} if words.letter else None
    checked = publish.put_draft(house, draft, by=by, now=house.clock(), upload=upload, texts=texts)
    if not isinstance(checked, Checked):
        raise PortalError(f"The guard stopped the demo's letter. {checked.report.reason}")
    return checked.mailing_id


def _approve(house: House, mailing_id: str, staff: dict[Role, Acting]) -> None:
    publish.submit(house, mailing_id, by=staff["publisher"], version=None, now=house.clock())
    publish.approve(house, mailing_id, by=staff["approver"], version=None, now=house.clock())


def _with_hold(house: House, seconds: int) -> House:
    return replace(house, settings=house.settings.model_copy(update={"hold_seconds": seconds}))


def _leave_held(house: House, staff: dict[Role, Acting]) -> str:
    """Leave a second letter approved and inside its hold, for somebody to watch it count down, or to stop it."""
    waiting = _with_hold(house, _HELD_SECONDS)
    mailing_id = _draft(waiting, FIELD_TRIP, staff["publisher"])
    _approve(waiting, mailing_id, staff)
    return f"{house.settings.base_url}/staff/mailings/{mailing_id}"


def _summary(house: House, mailing_id: str, inbox: Inbox, times: _Times) -> dict[str, Any]:
    with house.db.read() as session:
        mailing = mailings.find_any(session, mailing_id)
        assert mailing is not None
        reach = audiences.reach_of(session, mailing, now=house.clock())
        sent = progress_of(session, mailing_id).notices["sent"]
        children, guardians = families.counts_on_roster(session)
    link = re.compile(rf"{re.escape(house.settings.base_url)}/o#[\w.-]+")
    found = (link.search(kept.plain_text) for kept in inbox.newest(limit=len(inbox)) if WELCOME.title in kept.subject)
    sample = next(filter(None, found), None)
    return {
        "children": children,
        "guardians": guardians,
        "families_without_email": reach.left_out_by_why.get("no-address", 0),
        "notices_sent": sent,
        "seconds": times.seconds,
        "sample_link": sample[0] if sample else "",
    }


def _say(summary: dict[str, Any], settings: Settings) -> None:
    people.print(
        f"\n{summary['children']:,} children and {summary['guardians']:,} guardians are on the roster; "
        f"{summary['notices_sent']:,} messages were delivered; "
        f"{summary['families_without_email']:,} children have no guardian with an e-mail address.\n"
    )
    people.print(f"The portal         {settings.base_url}/staff")
    people.print(f"The inbox          {summary['inbox']}")
    people.print(f"One family's link  {summary['sample_link']}")


def _say_doors(house: House, held: str) -> None:
    people.print("\nSign in, for 15 minutes, once each:")
    for role, link in sign_in_links(house).items():
        who = f"{PEOPLE[role]} ({role})"
        people.print(f"  {who:26}  {link}")
    people.print(
        f"\n“{FIELD_TRIP.title}” is approved and held: it leaves in {_HELD_SECONDS // 60} minutes, and can be stopped "
        f"until then.\nOnce you are signed in it stands on the home page, and counts down at\n  {held}"
    )
    people.print("\nMore sign-in links are in the inbox when you ask for one on the sign-in page. Stop with Ctrl-C.")


async def _stay(house: House, inbox: Inbox, *, port: int, inbox_port: int) -> None:
    pages = uvicorn.Server(
        uvicorn.Config(inbox_site(inbox), host="127.0.0.1", port=inbox_port, access_log=False, log_level="warning")
    )
    showing = asyncio.create_task(pages.serve())
    site = site_config(house.settings, build_app(house.settings, house), host="127.0.0.1", port=port)
    await serve_together(house, site, with_worker=True, with_gate=bool(house.settings.gate))
    pages.should_exit = True
    await showing
