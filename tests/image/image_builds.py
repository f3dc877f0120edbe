"""The image, built from the Dockerfile by buildah; on a base made by debootstrap where no registry is reached."""

import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.house.tree import HOUSE

IMAGE = "localhost/portal:image-test"
WITHOUT_OFFICE = "localhost/portal:image-test-without-office"
_TRUSTED = Path("/etc/ssl/certs/ca-certificates.crt")
_OF_PIP = ("index-url", "extra-index-url", "trusted-host", "proxy", "timeout")
"""What pip is told here that holds in a container as well; folders of this machine do not."""


def say(words: str) -> None:
    """Tell at once whoever waits."""
    print(words, file=sys.stderr, flush=True)


def timed(words: str, act: Callable[[], object]) -> None:
    """Do something and tell how long it took."""
    began = time.monotonic()
    act()
    say(f"  {time.monotonic() - began:6.1f} s  {words}")


def buildah(*words: str) -> str:
    """Return what buildah prints. Raises `CalledProcessError`; what it says goes to standard error."""
    return subprocess.run(["buildah", *words], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()


def megabytes(image: str) -> int:
    """Return how large an image is, with all it stands on."""
    asked = ["podman", "image", "inspect", "--format", "{{.Size}}", image]
    return int(subprocess.run(asked, capture_output=True, text=True, check=True).stdout) // 10**6


def base() -> str:
    """Return the image that the Dockerfile stands on, with its digest where it has one."""
    (name,) = set(re.findall(r"^FROM (\S+:\S+)", (HOUSE / "Dockerfile").read_text("utf-8"), re.MULTILINE))
    return name


def by_tag(words: str) -> str:
    """Return a text without the digests of images: what is made here under a name has another."""
    return re.sub(r"@sha256:[0-9a-f]{64}", "", words)


def is_here(image: str) -> bool:
    """Tell whether an image is on this machine."""
    asked = ["buildah", "inspect", "--type", "image", image]
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0


def bring_base() -> None:
    """See that the base is here: from before, from a registry, or made of Debian's packages under the same name."""
    name = base()
    if is_here(name) or is_here(by_tag(name)):
        return
    if subprocess.run(["buildah", "pull", "--quiet", name], capture_output=True, check=False).returncode == 0:
        return
    name = by_tag(name)
    say(f"No registry has {name} for us. It is made of Debian's packages ...")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "root"
        suite = name.rpartition("-")[2]
        made_of = ["--variant=minbase", "--include=python3,python3-venv,ca-certificates", suite, str(root), *_mirror()]
        subprocess.run(["debootstrap", *made_of], stdout=subprocess.DEVNULL, check=True)
        subprocess.run(["chroot", root, "python3", "-m", "venv", "/usr/local"], check=True)
        subprocess.run(["chroot", root, "apt-get", "clean"], check=True)
        shutil.rmtree(root / "var/lib/apt/lists")
        container = buildah("from", "scratch")
        buildah("add", "--quiet", container, str(root), "/")
        buildah("config", "--env", "PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin", container)
        buildah("commit", "--quiet", "--rm", container, f"localhost/{name}")


def _mirror() -> list[str]:
    """Return where this machine gets Debian's packages, if it does; debootstrap knows a place of its own."""
    asked = ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Origin: Debian", "Label: Debian"]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.split()[:1]


@contextmanager
def as_this_machine() -> Iterator[list[str]]:
    """Give the flags by which a build reaches pip's index and trusts whom this machine trusts.

    Nothing of it is in the image: files are mounted while a step runs. Limits are those of whoever builds.
    """
    flags = ["--isolation=chroot", "--network=host"]
    for name, which in (("nofile", resource.RLIMIT_NOFILE), ("nproc", resource.RLIMIT_NPROC)):
        flags.append(f"--ulimit={name}=" + ":".join(map(str, resource.getrlimit(which))))
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as settings:
        settings.write("[global]\n")
        for key in _OF_PIP:
            if value := _of_pip(key):
                settings.write(f"{key} = {value}\n")
        if _TRUSTED.exists():
            settings.write(f"cert = {_TRUSTED}\n")
            flags.append(f"--volume={_TRUSTED}:{_TRUSTED}:ro")
        settings.flush()
        yield [*flags, f"--volume={settings.name}:/etc/pip.conf:ro"]


def _of_pip(key: str) -> str:
    """Return what pip is told here, by its environment or its files."""
    if value := os.environ.get(f"PIP_{key.upper().replace('-', '_')}"):
        return value
    for part in ("install", "global"):
        asked = [sys.executable, "-m", "pip", "config", "get", f"{part}.{key}"]
        done = subprocess.run(asked, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return done.stdout.strip()
    return ""


def build() -> None:
    """Build both images; the second is part of the first."""
    with as_this_machine() as flags, tempfile.NamedTemporaryFile("w", suffix=".Dockerfile") as file:
        words = (HOUSE / "Dockerfile").read_text("utf-8")
        file.write(words if is_here(base()) else by_tag(words))
        file.flush()
        common = ["build", "--quiet", "--layers", "--format=docker", f"--file={file.name}", *flags]
        timed("the image with LibreOffice", lambda: buildah(*common, f"--tag={IMAGE}", str(HOUSE)))
        buildah(*common, "--target=portal", f"--tag={WITHOUT_OFFICE}", str(HOUSE))
    say(f"  {megabytes(IMAGE):,} MB with LibreOffice, {megabytes(WITHOUT_OFFICE):,} MB without")
    seen = buildah("inspect", "--type", "image", IMAGE)
    for secret in filter(None, map(_of_pip, _OF_PIP[:-1])):
        assert secret not in seen, "what pip is told here stands in the image"


if __name__ == "__main__":
    timed(f"the base, {base()}", bring_base)
    build()
