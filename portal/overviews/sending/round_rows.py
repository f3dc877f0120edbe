"""The rows of a round's messages: notices, the links they carry, and those that are not there yet."""

from datetime import datetime
from typing import Any

from portal.kernel.ids import new_id
from portal.kernel.secrets import tokens
from portal.kernel.secrets.keys import KeyRing
from portal.overviews.sending.rounds import Recipient

Row = dict[str, Any]


class RoundRows:
    """The rows of a round's messages, one recipient after the other."""

    def __init__(self, keys: KeyRing, shared: Row, now: datetime, due: datetime, expires: datetime) -> None:
        """Take what all rows share, when the messages are due, and until when new links open."""
        self._keys, self._shared = keys, shared
        self._now, self._due, self._expires = now, due, expires
        self.links: list[Row] = []
        self.notices: list[Row] = []
        self.notice_links: list[Row] = []
        self.renewed: list[tuple[str, str]] = []

    def add(self, one: Recipient, *, wave: int = 0) -> None:
        """Add the one message to a guardian, or a page without address, and the links that are not there yet."""
        notice_id = new_id()
        mine = {"guardian_id": one.guardian_id, "mailing_id": self._shared["mailing_id"]}
        self.notices.append(
            {"id": notice_id, "address": one.address, "state": "queued", "attempts": 0, "due_at": self._due,
             "reply": "", "wave": wave, "channel": "mail" if one.address else "paper"} | mine | self._shared
        )  # fmt: skip
        for carried in one.children:
            link_id = carried.link_id or self._link(mine | {"child_id": carried.child_id}, carried.edition)
            self.notice_links.append({"notice_id": notice_id, "link_id": link_id, "child_id": carried.child_id} | mine)

    def _link(self, scope: Row, edition: int) -> str:
        link_id, key_id = new_id(), self._keys.newest("link-token")
        code = tokens.mint_code(self._keys, link_id, key_id)
        lookup = tokens.code_lookup(self._keys, code, key_id)
        self.links.append(
            {"id": link_id, "edition": edition, "code_key_id": key_id, "code_lookup": lookup, "created_at": self._now,
             "expires_at": self._expires, "revoked_at": None, "revoked_why": ""} | scope
        )  # fmt: skip
        if edition > 1:
            self.renewed.append((scope["guardian_id"], scope["child_id"]))
        return link_id
