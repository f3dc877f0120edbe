"""An admin shows the portal a picture that it need not read any more: the logo or the seal of the school."""

from datetime import datetime

from portal.documents.rules import safe_file_name
from portal.flows.writing.know_picture import know_picture
from portal.guard import repository as guard
from portal.kernel.errors import Refused
from portal.publish.checking.judging import Upload
from portal.publish.checking.offering import shred_previews
from portal.reading.reader import Reading
from portal.staff.rules import Acting
from portal.wiring import House
from portal.words.sentences import one_after_another, sentence
from portal.words.several import kept


class NotOnePicture(Refused):
    """This file does not hold exactly one picture that the portal cannot read."""


def know_pictures_of(house: House, upload: Upload, *, label: str, by: Acting, now: datetime) -> str:
    """Register the one picture of this file that cannot be read with certainty; return its hash.

    The file is a picture, or a letter that holds it: programs pack pictures anew, and the hash is of the pixels.
    Raises `NotOnePicture`, `NotAllowed`, `WrongCall`.
    """
    with house.db.read() as session:
        known = guard.known_hashes(session)
    reading = house.reader.read(upload.path, safe_file_name(upload.name), known)
    if isinstance(reading, Reading):
        raise NotOnePicture(sentence("The portal can read this file as it is, so there is no picture to register."))
    if not reading.pictures:
        raise NotOnePicture(
            one_after_another(sentence("There is no picture to register in this file."), kept(reading.reason))
        )
    if len(reading.pictures) > 1:
        raise NotOnePicture(
            sentence("This file holds several pictures that the portal can’t read. Choose one picture alone.")
        )
    with house.db.write() as session:
        gone = know_picture(session, house.keys, reading.pictures[0], label=label, by=by, now=now)
    shred_previews(house, gone)
    return reading.pictures[0]
