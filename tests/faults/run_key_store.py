"""A process that works on the key store and kills itself: `python -m tests.faults.run_key_store ACT STEP …`.

A step is a moment just before something becomes durable: a commit, or a file that takes another's place. Exit 0
says that the work ended before that step came.
"""

import os
import signal
import sys
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from sqlalchemy import event

from portal.blobs.keystore import SqlDataKeys
from portal.kernel.db import Database
from portal.kernel.keys import load_key_file
from portal.kernel.wrapping import WrapFile


def main() -> None:
    act, step, url, key_file, moment, *ids = sys.argv[1:]
    database = Database(url)
    wraps = WrapFile(Path(f"{key_file}.wrap"), lambda: datetime.fromisoformat(moment).astimezone(UTC))
    data_keys = SqlDataKeys(database, load_key_file(Path(key_file)), wraps)
    steps = count(1)

    def is_about_to_be_durable() -> None:
        if next(steps) == int(step):
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(database.engine, "commit", lambda _: is_about_to_be_durable())
    sys.addaudithook(lambda name, _: is_about_to_be_durable() if name == "os.rename" else None)
    if act == "roll":
        data_keys.roll()
    else:
        data_keys.destroy(ids)


if __name__ == "__main__":
    main()
