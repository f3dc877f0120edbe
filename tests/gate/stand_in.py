"""What reads messages until the real one does."""

import hashlib
import os
from email import message_from_bytes
from email.utils import getaddresses

from portal.mail.arriving.message import Arrived, Attachment, Refusal


def read_in(file: int) -> Arrived:
    return read(os.pread(file, os.fstat(file).st_size, 0))


def read(raw: bytes) -> Arrived:
    message = message_from_bytes(raw)
    files, parts = [], []
    for part in message.walk():
        if part.is_multipart():
            continue
        data = part.get_payload(decode=True)
        assert isinstance(data, bytes)
        parts.append(data)
        if part.get_content_disposition() == "attachment":
            files.append(
                Attachment(
                    part.get_filename() or "", part.get_content_type(), len(data), hashlib.sha256(data).hexdigest()
                )
            )
    header = "|".join(str(message[name]) for name in ("From", "Date", "Subject"))
    digest = hashlib.sha256(header.encode() + b"|".join(parts)).hexdigest()
    sender = [address for _, address in getaddresses(message.get_all("From", []))]
    refusal: Refusal = "automatic" if message["Auto-Submitted"] else "" if files else "no-file"
    if message["X-Portal-Notice"] and refusal != "automatic":
        refusal = "ours"
    return Arrived(
        str(message["Message-ID"] or ""), sender[0] if sender else "", str(message["Date"]), str(message["Subject"]),
        digest, refusal, attachments=tuple(files),
    )  # fmt: skip
