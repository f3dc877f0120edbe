"""Services of compose.yaml, and how podman is told to start them with the very same flags."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.house.tree import HOUSE

_ASKED = re.compile(r"\$\{(\w+)(?::([-?])((?:[^{}]|\$\{[^{}]*\})*))?\}")
_ELSEWHERE = {"build", "image", "command", "profiles", "depends_on", "ports", "healthcheck", "restart", "logging"}
"""What is no flag of a container here: its order, its network, who starts it anew and where its log goes."""


def filled_in(text: str, given: Mapping[str, str]) -> str:
    """Put settings into a text as compose does. Raises `KeyError` where a setting is needed and not given."""

    def one(found: re.Match[str]) -> str:
        name, how, other = found.groups()
        if given.get(name):
            return given[name]
        if how != "-":
            raise KeyError(name)
        return filled_in(other, given)

    return _ASKED.sub(one, text)


def services(given: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Return the services by their names, with these settings filled in."""
    text = "\n".join(line.split("#")[0] for line in (HOUSE / "compose.yaml").read_text("utf-8").splitlines())
    found: dict[str, dict[str, Any]] = yaml.safe_load(filled_in(text, given))["services"]
    return found


def podman_flags(service: Mapping[str, Any], folder: Path, mark: str) -> list[str]:
    """Return what podman is told of a service whose files lie in `folder`; `mark` stands before its volumes' names.

    Raises `AssertionError` for what compose is told and nobody here knows: it would be tried without it.
    """
    flags = ["--network=host", "--read-only-tmpfs=false"]
    for key, value in service.items():
        if key not in _ELSEWHERE:
            flags += _flags_of(key, value, folder, mark)
    return flags


def _flags_of(key: str, value: object, folder: Path, mark: str) -> list[str]:
    match key, value:
        case "read_only", True:
            flags = ["--read-only"]
        case (("cap_drop" | "cap_add" | "security_opt" | "tmpfs"), list()):
            flags = [f"--{key.replace('_', '-')}={one}" for one in value]
        case "env_file", list():
            flags = [f"--env-file={folder / one}" for one in value]
        case "environment", dict():
            flags = [f"--env={name}={one}" for name, one in value.items()]
        case "ulimits", dict():
            flags = [f"--ulimit={name}={one}:{one}" for name, one in value.items()]
        case "mem_limit", str():
            flags = [f"--memory={value}"]
        case "stop_grace_period", str():
            flags = [f"--stop-timeout={value.removesuffix('s')}"]
        case "secrets", ["portal_keys"]:
            flags = [f"--volume={folder / 'keys/portal.keys'}:/run/secrets/portal_keys:ro"]
        case "volumes", list():
            flags = [f"--volume={folder / one if one.startswith('./') else mark + one}" for one in value]
        case _:
            raise AssertionError(f"compose.yaml says {key}: {value}, which the test of the image does not know.")
    return flags
