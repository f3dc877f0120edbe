"""How far the site's memory grows while a 100 MB file goes up and while one comes down.

`python -m bench.memory`: the site is a process of its own; its peak is read from /proc, the guard's cage not counted.
"""

import http.client
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from sqlalchemy import insert, select
from sqlmodel import col

from bench.disclosure import prepare
from bench.notices import build
from portal.flows.opening.open_link import session_id_of
from portal.kernel.ids import new_secret
from portal.kernel.log import start_logging
from portal.staff.tables import StaffMember, StaffSession
from portal.web.posted.forms import form_token

SIZE = 100_000_000
_HOST = "letters.riverbend.example"


def peak_kib(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def begin_again(pid: int) -> int:
    """Set the peak to what is in memory now (proc(5), clear_refs) and return it."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")
    return peak_kib(pid)


def large_pdf() -> bytes:
    """Return a PDF of 100 MB: one page of text, and a stream that no page uses."""
    text = b"BT /F1 24 Tf 72 700 Td (We begin on Monday.) Tj ET"
    bodies = [
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(text), text), b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Length %d>>stream\n%s\nendstream" % (SIZE, bytes(SIZE)),
    ]  # fmt: skip
    pdf, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(bodies, start=1):
        places.append(len(pdf))
        pdf += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(pdf)
    pdf += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(bodies) + 1, table)
    pdf += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(bodies) + 1, start)
    return bytes(pdf)


def sign_in(folder: Path) -> tuple[str, str]:
    """Return the cookie of a signed-in writer and the token its forms carry."""
    house, cookie = build(folder, 1, None, keys_exist=True), new_secret()
    with house.db.write() as session:
        rosa = session.execute(select(col(StaffMember.id)).where(col(StaffMember.role) == "publisher")).scalar_one()
        row = {"id": session_id_of(cookie), "staff_id": rosa, "created_at": house.clock(), "seen_at": house.clock()}
        session.execute(insert(StaffSession), [row])
    token = form_token(house.keys, session_id_of(cookie))
    house.close()
    return cookie, token


def upload(port: int, cookie: str, token: str, pdf: bytes) -> int:
    """Post the form with the file in pieces; return the status."""
    fields = {"form_token": token, "title": "Welcome", "message": "", "audience": "everyone", "expires": "30"}
    parts = "".join(
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()
    )
    head = f'{parts}--b\r\nContent-Disposition: form-data; name="file"; filename="large.pdf"\r\n\r\n'.encode()
    tail = b"\r\n--b--\r\n"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.putrequest("POST", "/staff/mailings", skip_host=True)
    for name, value in {
        "Host": _HOST, "Cookie": f"__Host-staff={cookie}", "Sec-Fetch-Site": "same-origin",
        "Content-Type": "multipart/form-data; boundary=b", "Content-Length": str(len(head) + len(pdf) + len(tail)),
    }.items():  # fmt: skip
        connection.putheader(name, value)
    connection.endheaders()
    connection.send(head)
    for at in range(0, len(pdf), 1 << 20):
        connection.send(pdf[at : at + (1 << 20)])
    connection.send(tail)
    answer = connection.getresponse()
    answer.read()  # it tells how far it is before it ends
    return answer.status


def download(port: int, path: str, headers: str) -> int:
    """Read the file in pieces; return how many bytes came."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    cookie = headers.split("Cookie: ")[1].strip()
    connection.request("GET", path, headers={"Host": _HOST, "Cookie": cookie})
    answer, received = connection.getresponse(), 0
    while piece := answer.read(1 << 18):
        received += len(piece)
    return received


def main() -> None:
    start_logging(quiet=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path, headers = prepare(folder, 3, None, size=SIZE)[0]
        cookie, token = sign_in(folder)
        command = [sys.executable, "-m", "bench.disclosure", "--portal", name, ""]
        site = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert site.stdout is not None
        port = int(site.stdout.readline())
        try:
            download(port, path, headers)  # the first of everything is paid for before the count
            before = begin_again(site.pid)
            received = download(port, path, headers)
            down = peak_kib(site.pid) - before
            assert received == SIZE
            before = begin_again(site.pid)
            status = upload(port, cookie, token, large_pdf())
            up = peak_kib(site.pid) - before
        finally:
            site.terminate()
            site.wait()
    print(json.dumps({"megabytes": SIZE // 1_000_000, "upload_status": status, "growth_mib_upload": up / 1024,
                      "growth_mib_download": down / 1024, "at_most_mib": 64}, indent=2))  # fmt: skip


if __name__ == "__main__":
    main()
