"""The built image, started as compose.yaml says: a roster, a letter to a family, a backup, and a clean end.

`make image-test` runs this in a network of its own, so that every port is as in compose.yaml and nobody else's.
"""

import email
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from email import policy
from pathlib import Path

import httpx2
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from aiosmtpd.smtp import Envelope, Session

from tests.house.tree import HOUSE
from tests.image.compose_services import podman_flags, services
from tests.image.image_builds import IMAGE, say, timed
from tests.office_letters import paragraph, run, word_letter
from tests.parts.postgresql import program
from tests.parts.process import answers, running
from tests.parts.proxies import NAME, caddy, certified

PORTAL, SMTP, POSTGRESQL = 8000, 1025, 5432
SETTINGS = {
    "PORTAL_BASE_URL": f"https://{NAME}",
    "PORTAL_SMTP_URL": f"smtp://127.0.0.1:{SMTP}",
    "PORTAL_MAIL_FROM": "letters@riverbend.example",
    "POSTGRES_PASSWORD": "OnlyForThisTest1",
    "SUBNET": "127.0.0.0/24",
    "PORTAL_HOLD_SECONDS": "0",
    "PORTAL_CLI_APPROVAL": "1",
    "PORTAL_OFFICE": "libreoffice",
}
_OWNER = "OnlyTheOwner1"
ROSTER = """child_id,child_given_name,child_family_name,guardian_id,guardian_name,guardian_email
100001,Ana,Rivera,g1,Carla Rivera,carla.rivera@mail.example.org
"""
_FROM_INSIDE = """
import json, os, resource
status = dict(line.split(":") for line in open("/proc/self/status"))
def written(path):
    try: open(path, "w").close()
    except OSError as error: return error.strerror
    return "written"
tmp = os.statvfs("/tmp")
print(json.dumps({
    "uid": os.getuid(), "files": resource.getrlimit(resource.RLIMIT_NOFILE)[1],
    "rights": int(status["CapBnd"], 16), "no new rights": int(status["NoNewPrivs"]),
    "root": written("/x"), "tmp": written("/tmp/x"), "size of tmp": tmp.f_blocks * tmp.f_frsize,
}))
"""


class Post(Message):
    """A mail server that keeps what it gets."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def prepare_message(self, _session: Session, envelope: Envelope) -> email.message.EmailMessage:
        return email.message_from_bytes(envelope.content, policy=policy.default)

    def handle_message(self, message: email.message.Message) -> None:
        assert isinstance(message, email.message.EmailMessage)  # as its policy makes it
        body = message.get_body(("plain",))
        assert body is not None
        self.texts.append(body.get_content())


def until(true: Callable[[], object], what: str, seconds: float = 90) -> None:
    """Wait until something is so. Raises `AssertionError` when it does not come."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"{what} did not come within {seconds:.0f} s"
        time.sleep(0.2)


class Project:
    """The project of compose.yaml in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        """Write what an operator writes: .env, and the roster."""
        self.folder, self.mark = folder, "image-test-"
        self.services = services(SETTINGS)
        (folder / ".env").write_text("".join(f"{name}={value}\n" for name, value in SETTINGS.items()))
        (folder / "owner.env").write_text(f"PGPASSWORD={_OWNER}\n")
        (folder / "roster.csv").write_text(ROSTER)
        (folder / "letter.docx").write_bytes(word_letter(paragraph(run("Dear families, we begin on Monday at nine."))))
        for name in ("keys", "backup"):
            (folder / name).mkdir()
            os.chown(folder / name, 10001, 10001)
        folder.chmod(0o755)

    def podman(self, *words: str, check: bool = True) -> str:
        """Return what podman prints. Raises `AssertionError` with what it said."""
        quiet = {**os.environ, "PODMAN_IGNORE_CGROUPSV1_WARNING": "1"}
        command = ["podman", "--runtime=runc", "--cgroup-manager=cgroupfs", *words]
        done = subprocess.run(command, env=quiet, capture_output=True, text=True, check=False)
        assert done.returncode == 0 or not check, f"{words} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
        return done.stdout.strip()

    def make_keys(self) -> None:
        """Make the key file as docs/operate/compose.md says."""
        own = ["--user=0", f"--volume={self.folder}/keys:/keys", "--env=PORTAL_KEY_FILE=/keys/portal.keys"]
        unused = ["--env=PORTAL_DATA_DIR=/tmp/unused", "--env=PORTAL_WRAP_FILE=/tmp/unused/wrap"]
        self.podman("run", "--rm", "--network=none", *self._limits(), *own, *unused, IMAGE, "init")
        os.chown(self.folder / "keys/portal.keys", 10001, 10001)

    def run(self, name: str, *words: str, more: Sequence[str] = ()) -> str:
        """Run a service to its end, as `docker compose run --rm` does; with other words than its own where given."""
        command = words or self.services[name]["command"]
        return self.podman("run", "--rm", *self._flags(name), *more, IMAGE, *command)

    @contextmanager
    def started(self, name: str) -> Iterator[str]:
        """Start a service until the block ends; give its container's name. It has to end well, within its time."""
        container = self.mark + name
        self.podman(
            "run", "--detach", f"--name={container}", *self._flags(name), IMAGE, *self.services[name].get("command", [])
        )
        try:
            yield container
            began = time.monotonic()
            self.podman("stop", container)
            seconds = time.monotonic() - began
            code = self.podman("inspect", "--format={{.State.ExitCode}}", container)
            say(f"  {seconds:6.1f} s  {name} ended with {code}")
            assert code == "0"
            assert seconds < float(self.services[name]["stop_grace_period"].removesuffix("s"))
        except BaseException:
            say(self.podman("logs", container, check=False)[-4000:])
            raise
        finally:
            self.podman("rm", "--force", "--time=0", container)

    def end(self) -> None:
        """Remove its volumes."""
        self.podman("volume", "rm", "--force", *(self.mark + name for name in ("files", "wrap")))

    def _flags(self, name: str) -> list[str]:
        return [
            *podman_flags(self.services[name], self.folder, self.mark),
            *self._limits(),
            "--add-host=database:127.0.0.1",
        ]

    def _limits(self) -> list[str]:
        """Return what podman would set higher than this machine may allow."""
        import resource

        return ["--ulimit=nproc=" + ":".join(map(str, resource.getrlimit(resource.RLIMIT_NPROC)))]


@contextmanager
def database(folder: Path) -> Iterator[None]:
    """Run PostgreSQL as the image of compose.yaml does the first time: with a superuser, then `deploy/database.sql`."""
    home = folder / "postgresql"
    home.mkdir()
    shutil.chown(home, "nobody")
    password = {
        "PATH": os.environ["PATH"],
        "POSTGRES_PASSWORD": SETTINGS["POSTGRES_PASSWORD"],
        "PGPASSWORD": _OWNER,
    }
    (home / "password").write_text(password["POSTGRES_PASSWORD"])
    made = ["--username=postgres", "--auth-local=trust", "--auth-host=scram-sha-256", f"--pwfile={home}/password"]
    subprocess.run(
        [program("initdb"), "-D", home / "data", *made],
        user="nobody",
        env=password,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    settings = [
        "-k",
        str(home),
        "-h",
        "127.0.0.1",
        "-p",
        str(POSTGRESQL),
        "-c",
        "max_connections=160",
        "-c",
        "fsync=off",
    ]
    nobody = ["setpriv", "--reuid=nobody", "--clear-groups"]
    command = [*nobody, str(program("postgres")), "-D", str(home / "data"), *settings]
    with running(command, folder=home, environ=password, ready=lambda: answers(POSTGRESQL)):
        psql = [program("psql"), "-h", home, "-U", "postgres", "--quiet", "--file", HOUSE / "deploy/database.sql"]
        subprocess.run(psql, env=password, check=True)
        yield


def check_flags(project: Project, container: str) -> None:
    """See from inside that compose's flags hold, and from outside that memory is limited."""
    seen = json.loads(project.podman("exec", container, "python", "-c", _FROM_INSIDE))
    say(f"           inside: {seen}")
    refused = "Read-only file system"
    assert seen == {
        "uid": 10001, "files": 8192, "rights": 0, "no new rights": 1, "root": refused, "tmp": "written",
        "size of tmp": 512 << 20,
    }  # fmt: skip
    limit = project.podman("inspect", "--format={{.HostConfig.Memory}}", container)
    assert limit == str(3 << 30)


def open_letter(link: str, proxy: int, authority: Path) -> None:
    """Open the letter by the link of a message, through the proxy, as a browser does."""
    address, _, token = link.partition("#")
    own = {"sni_hostname": NAME}
    with httpx2.Client(verify=str(authority), base_url=f"https://127.0.0.1:{proxy}", headers={"Host": NAME}) as browser:
        path = address.removeprefix(f"https://{NAME}")
        assert browser.get(path, extensions=own).status_code == 200
        posted = {"Origin": f"https://{NAME}", "Sec-Fetch-Site": "same-origin"}
        opened = browser.post(path, data={"token": token}, headers=posted, extensions=own)
        assert opened.status_code == 303, opened.text
        letter = opened.headers["location"]
        assert browser.get(letter, extensions=own).status_code == 200
        file = browser.get(f"{letter}/file", extensions=own)
        assert file.content.startswith(b"%PDF-"), file.text
        say(f"           the letter is a PDF of {len(file.content):,} bytes")


def send_letter(project: Project, post: Post) -> str:
    """Send a Word letter to the family; return the link of its message."""
    there = [f"--volume={project.folder}/letter.docx:/letter.docx:ro"]
    rosa, omar = "--by=rosa@riverbend.example", "--by=omar@riverbend.example"
    draft = ["mailing", "draft", rosa, "--title=Welcome", "--message=We begin on Monday.", "--file=/letter.docx"]
    drafted = json.loads(project.run("portal", *draft, "--audience=everyone", "--json", more=there))
    project.run("portal", "mailing", "submit", drafted["mailing"], rosa)
    project.run("portal", "mailing", "approve", drafted["mailing"], omar)
    found = re.compile(rf"https://{NAME}/o#\S+")
    until(lambda: any(map(found.search, post.texts)), "the family's message")
    return next(hit[0] for hit in map(found.search, post.texts) if hit)


def drive(folder: Path) -> None:
    """Do with the image what its first days bring."""
    project, post = Project(folder), Post()
    with ExitStack() as stack:
        stack.callback(project.end)
        timed("the key file", project.make_keys)
        stack.enter_context(database(folder))
        controller = Controller(post, hostname="127.0.0.1", port=SMTP)
        controller.start()
        stack.callback(controller.stop)
        timed("migrated", lambda: project.run("migrate"))
        roster = [f"--volume={folder}/roster.csv:/roster.csv:ro"]
        timed("the roster", lambda: project.run("portal", "roster", "import", "/roster.csv", more=roster))
        for name, role in (("rosa", "publisher"), ("omar", "approver")):
            project.run("portal", "staff", "add", f"{name}@riverbend.example", f"--role={role}")
        certificate = certified(folder)
        proxy = stack.enter_context(caddy(folder / "caddy", certificate, [PORTAL]))
        site = stack.enter_context(project.started("portal"))
        stack.enter_context(project.started("worker"))
        timed("the site answers", lambda: until(lambda: answers(PORTAL), "the site"))
        check_flags(project, site)
        links: list[str] = []
        timed("a Word letter sent", lambda: links.append(send_letter(project, post)))
        timed("opened through Caddy", lambda: open_letter(links[0], proxy.port, certificate.authority))
        timed("a backup", lambda: say(project.run("backup")))
        timed("and a drill with it", lambda: say(project.run("backup", "restore", "/backup", "--drill")))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="portal-image-") as place:
        drive(Path(place))
    say("The image serves, sends, backs up and ends as compose.yaml starts it.")
