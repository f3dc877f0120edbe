"""What holds a process of the cage on this machine: one of them tries it, and tells."""

import json
import socket
from dataclasses import dataclass

from portal.kernel.cage.lockdown import ANOTHER_USER, APART, layers


@dataclass(frozen=True, slots=True)
class Confinement:
    """Whether files are read off the network, and which layers hold beside the filter of system calls."""

    is_off_the_network: bool
    layers: tuple[str, ...] = ()


def packed_confinement() -> bytes:
    """Return what this process, which is in the cage, has tried."""
    return json.dumps([_is_off_the_network(), *layers()]).encode()


def confinement_from(answer: bytes) -> Confinement:
    """Return what such a process has told; nothing that makes no sense counts."""
    try:
        told = json.loads(answer)
    except ValueError:
        told = None
    if not isinstance(told, list) or told[:1] != [True]:
        return Confinement(is_off_the_network=False)
    return Confinement(is_off_the_network=True, layers=tuple(one for one in (ANOTHER_USER, APART) if one in told))


def _is_off_the_network() -> bool:
    for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX):
        try:
            socket.socket(family, socket.SOCK_STREAM).close()
        except PermissionError:
            continue
        except OSError:  # too many files, no such family: nothing the filter did
            pass
        return False
    return True
