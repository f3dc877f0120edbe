"""A process that works on the key store and kills itself.

A step is a moment just before something becomes durable: a commit, or a file that takes another's place. Exit 0
says that the work ended before that step came.
"""

import os
import signal
import sys
from collections.abc import Sequence
from datetime import datetime
from itertools import count
from pathlib import Path

from sqlalchemy import event

from portal.blobs.keystore import SqlDataKeys
from portal.kernel.secrets.keys import load_key_file
from portal.kernel.secrets.wrapping import WrapFile
from portal.kernel.storage.db import Database


def run_key_store(act: str, step: int, url: str, key_file: Path, moment: datetime, ids: Sequence[str]) -> None:
    """Turn the tree of keys or destroy some, until the step at which this process is killed."""
    database = Database(url)
    data_keys = SqlDataKeys(database, load_key_file(key_file), WrapFile(Path(f"{key_file}.wrap"), lambda: moment))
    steps = count(1)

    def is_about_to_be_durable() -> None:
        if next(steps) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(database.engine, "commit", lambda _: is_about_to_be_durable())
    sys.addaudithook(lambda name, _: is_about_to_be_durable() if name == "os.rename" else None)
    if act == "roll":
        data_keys.roll()
    else:
        data_keys.destroy(ids)
