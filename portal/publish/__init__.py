"""The counter at which browser and command line publish alike: several stories, a commit after each.

The order is the promise: judge what was chosen, take out what no family is meant to get, judge again, seal exactly
those bytes, then write the row.
"""

from portal.publish.approvals import GuardSaysNo, approve, submit
from portal.publish.drafts import Checked, Stopped, put_draft
from portal.publish.judging import Upload, yardstick
from portal.publish.pictures import NotOnePicture, know_pictures_of
from portal.publish.releases import held_chunks, release

__all__ = [
    "Checked",
    "GuardSaysNo",
    "NotOnePicture",
    "Stopped",
    "Upload",
    "approve",
    "held_chunks",
    "know_pictures_of",
    "put_draft",
    "release",
    "submit",
    "yardstick",
]
