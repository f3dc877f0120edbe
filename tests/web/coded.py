"""A confidential mailing, and a family that asks for its code and types it, as browser and mail server see it."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

from httpx2 import Response
from sqlmodel import SQLModel, func, select
from starlette.testclient import TestClient

from portal.flows.taking_back.revoke import Target, revoke
from portal.ledger.tables import Disclosure
from portal.links.tables import FamilySession, Opening
from portal.mail.transport.recording import Delivered, RecordingRoom
from portal.wiring import House
from portal.worker import Worker
from tests.cast import Cast, link_of, token_of
from tests.conftest import Watch


@dataclass
class Desk:
    """Everything a test of codes needs: one confidential mailing, and the mail that leaves."""

    house: House
    cast: Cast
    clock: Watch
    mailing: str

    def token(self, guardian: str = "carla", child: str = "ana") -> str:
        return token_of(self.house, self.link(guardian, child))

    def link(self, guardian: str = "carla", child: str = "ana") -> str:
        return link_of(self.house, self.mailing, getattr(self.cast, guardian), getattr(self.cast, child))

    def mail(self) -> list[tuple[str, EmailMessage]]:
        """Let the worker deliver what is due; return the recipients and messages."""
        return [
            (one.to, cast("EmailMessage", message_from_bytes(one.message, policy=policy.default)))
            for one in self.deliver()
        ]

    def deliver(self) -> Sequence[Delivered]:
        """Let the worker deliver what is due; return it as it left."""
        room = RecordingRoom()
        asyncio.run(Worker(self.house, room).drain())
        return room.delivered

    def code(self) -> str:
        """Return the digits in the one message that leaves now."""
        ((_, message),) = self.mail()
        return digits_in(message)

    def stand(self, site: TestClient, guardian: str = "carla", child: str = "ana") -> None:
        """Press the link's button: the browser then stands before the code page."""
        answer = site.post("/o", data={"token": self.token(guardian, child)})
        assert (answer.status_code, answer.headers["location"]) == (303, "/o/verify")

    def ask(self, site: TestClient) -> Response:
        return site.post("/o/verify")

    def asked(self, site: TestClient, guardian: str = "carla", child: str = "ana") -> str:
        """Stand before the page and have a code mailed; return it."""
        self.stand(site, guardian, child)
        assert self.ask(site).status_code == 303
        return self.code()

    def passed(self, site: TestClient, guardian: str = "carla", child: str = "ana", **more: str) -> None:
        """Open the letter with a code, and leave the cookies in the browser."""
        answer = site.post("/o/verify", data={"code": self.asked(site, guardian, child), **more})
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/letters")

    def opened(self) -> tuple[int, int, int]:
        return tuple(self.count(table) for table in (Opening, FamilySession, Disclosure))  # type: ignore[return-value]  # there are three of them

    def count(self, table: type[SQLModel]) -> int:
        with self.house.db.read() as session:
            return session.exec(select(func.count()).select_from(table)).one()

    def change(self, statement: Any) -> None:  # noqa: ANN401 - any statement
        with self.house.db.write() as session:
            session.exec(statement)


def plain_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def digits_in(message: EmailMessage) -> str:
    (found, *more) = re.findall(r"\b[0-9]{6}\b", plain_of(message))
    assert all(one == found for one in more)
    return str(found)


def wrong(code: str) -> str:
    """Return six digits that are another code."""
    return f"{(int(code) + 1) % 1_000_000:06}"


def take_back(desk: Desk) -> None:
    with desk.house.db.write() as session:
        target = Target("link", desk.link())
        revoke(session, desk.house.keys, target, by=desk.cast.admin, reason="Not theirs.", now=desk.clock.now)
