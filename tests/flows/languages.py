"""The office in which letters in several languages are written, for tests of what becomes of them."""

from collections.abc import Mapping
from pathlib import Path

from sqlmodel import col, update

from portal import publish
from portal.documents import repository as documents
from portal.families.tables import Guardian
from portal.mailings import repository as mailings
from portal.mailings.rules import Draft, Term, check_draft
from portal.mailings.tables import Mailing
from portal.press.typesetting.typeset import TypstPress
from portal.publish import Checked, Stopped, Upload
from portal.wiring import House
from tests.cast import Cast

PRESS = TypstPress()
SPANISH = {"es": ("Bienvenidos", "Empezamos el lunes.")}


def pdf(text: str) -> bytes:
    return PRESS.typeset('#set document(title: [A])\n#set text(lang: "en")\n#sys.inputs.text', {"text": text})


ENGLISH_FILE = pdf("We begin on Monday at eight.")
SPANISH_FILE = pdf("Empezamos el lunes a las ocho.")
NAMES_SAM = pdf("Gracias, Sam Okafor, por su ayuda.")


def draft(words: Mapping[str, tuple[str, str]] | None = None, title: str = "Welcome") -> Draft:
    return check_draft(
        title=title,
        message="We begin on Monday.",
        terms=[Term("everyone")],
        link_days=30,
        link_hosts=frozenset(),
        words=SPANISH if words is None else words,
    )


class Office:
    """Where Rosa writes and Omar approves."""

    def __init__(self, house: House, cast: Cast, tmp_path: Path) -> None:
        self.house, self.cast, self.folder = house, cast, tmp_path

    def upload(self, content: bytes, name: str) -> Upload:
        path = self.folder / f"{len(list(self.folder.iterdir()))}"
        path.write_bytes(content)
        return Upload(path, name)

    def put(
        self,
        english: bytes | None = ENGLISH_FILE,
        *,
        written: Draft | None = None,
        texts: Mapping[str, str] | None = None,
        drop: tuple[str, ...] = (),
        change: tuple[str, int] | None = None,
        **others: bytes,
    ) -> Checked | Stopped:
        return publish.put_draft(
            self.house,
            written or draft(),
            by=self.cast.writer,
            now=self.house.clock(),
            upload=self.upload(english, "welcome.pdf") if english else None,
            others={tag: self.upload(content, f"carta-{tag}.pdf") for tag, content in others.items()},
            texts=texts,
            drop=drop,
            change=change,
        )

    def checked(self, **asked: object) -> str:
        done = self.put(**asked)  # type: ignore[arg-type]  # as put takes them
        assert isinstance(done, Checked), done
        return done.mailing_id

    def change_of(self, mailing_id: str) -> tuple[str, int]:
        return mailing_id, self.mailing(mailing_id).version

    def mailing(self, mailing_id: str) -> Mailing:
        with self.house.db.read() as session:
            found = mailings.find_any(session, mailing_id)
            assert found is not None
            return found

    def files(self, mailing_id: str) -> dict[str, str]:
        with self.house.db.read() as session:
            return {one.language: one.file_name for one in documents.documents_of(session, mailing_id)}

    def bytes_of(self, mailing_id: str) -> dict[str, bytes]:
        with self.house.db.read() as session:
            held = documents.documents_of(session, mailing_id)
        return {one.language: b"".join(self.house.documents.open(one.id, one.size)) for one in held}

    def send(self, mailing_id: str) -> None:
        now = self.house.clock()
        publish.submit(self.house, mailing_id, by=self.cast.writer, version=None, now=now)
        publish.approve(self.house, mailing_id, by=self.cast.approver, version=None, now=now)


def speaks(house: House, guardian_id: str, written: str) -> None:
    with house.db.write() as session:
        session.exec(update(Guardian).where(col(Guardian.id) == guardian_id).values(language=written))


def sealed(office: Office) -> set[Path]:
    return {path for path in Path(office.house.settings.blobs).rglob("*") if path.is_file()}
