"""The counter at which browser and command line publish alike: several stories, a commit after each.

The order is the promise: judge what was chosen, take out what no family is meant to get, judge again, seal exactly
those bytes, then write the row.
"""

from portal.publish.beginning import (
    begin,
    brought_file,
    discard_begun,
    finish_begun,
    keep_typed,
    read_begun,
    tie_begun,
    waiting_to_be_read,
)
from portal.publish.checking.accessible import Readable, how_it_reads, how_they_read
from portal.publish.checking.how_made import HowAllMade, HowMade, how_all_made, how_made
from portal.publish.checking.judging import Upload, yardstick
from portal.publish.checking.offering import accept_picture, decline_picture
from portal.publish.checking.pictures import NotOnePicture, know_pictures_of
from portal.publish.checking.releases import held_chunks, release
from portal.publish.correcting.corrections import (
    Corrected,
    correct,
    correction_chunks,
    drop_correction,
    let_take_effect,
    mailing_of,
)
from portal.publish.correcting.dead_keys import (
    check_may_reissue,
    end_links_of_dead_keys,
    look_at_fresh,
    reissue,
    rotate,
)
from portal.publish.correcting.fresh_link import reissue_link
from portal.publish.incidents.incident_notice import draft_incident_notice
from portal.publish.incidents.incident_pack import Pack, incident_pack
from portal.publish.incidents.incident_undo import look_at_undo, undo_freeze
from portal.publish.one_letter.drafts import Checked, Stopped, put_draft
from portal.publish.one_letter.letters import BASE, field_of
from portal.publish.per_child.fixing import assign, confirm, drop, give_one, leave_out, narrow, swap, take_in, use
from portal.publish.per_child.giving import Accepted, Way, bundle, change_words, give, sort_again
from portal.publish.per_child.looking import page_in_doubt
from portal.publish.per_child.sorting import forget_expired, sort_given
from portal.publish.rosters.roster_uploads import (
    Allowed,
    forget_roster,
    give_roster,
    import_it,
    look_again,
    waiting_rosters,
    work_on_roster,
)
from portal.publish.rounds.approvals import GuardSaysNo, approve, submit
from portal.publish.rounds.paper import Printed, mark_printed, parts_of, print_run
from portal.publish.rounds.rounds import look_at_round, send_again
from portal.publish.upkeep.alerts import see_to_alerts
from portal.publish.upkeep.chores import Upkeep
from portal.publish.upkeep.jobs import Jobs
from portal.publish.upkeep.records import GivenRecord, RecordFile, give_record
from portal.publish.upkeep.rights import ComingOfAge, see_to_rights
from portal.publish.upkeep.shredding import erase, look_at_erasure, shred_by_hand, shred_expired, shred_loose

__all__ = [
    "BASE",
    "Accepted",
    "Allowed",
    "Checked",
    "ComingOfAge",
    "Corrected",
    "GivenRecord",
    "GuardSaysNo",
    "HowAllMade",
    "HowMade",
    "Jobs",
    "NotOnePicture",
    "Pack",
    "Printed",
    "Readable",
    "RecordFile",
    "Stopped",
    "Upkeep",
    "Upload",
    "Way",
    "accept_picture",
    "approve",
    "assign",
    "begin",
    "brought_file",
    "bundle",
    "change_words",
    "check_may_reissue",
    "confirm",
    "correct",
    "correction_chunks",
    "decline_picture",
    "discard_begun",
    "draft_incident_notice",
    "drop",
    "drop_correction",
    "end_links_of_dead_keys",
    "erase",
    "field_of",
    "finish_begun",
    "forget_expired",
    "forget_roster",
    "give",
    "give_one",
    "give_record",
    "give_roster",
    "held_chunks",
    "how_all_made",
    "how_it_reads",
    "how_made",
    "how_they_read",
    "import_it",
    "incident_pack",
    "keep_typed",
    "know_pictures_of",
    "leave_out",
    "let_take_effect",
    "look_again",
    "look_at_erasure",
    "look_at_fresh",
    "look_at_round",
    "look_at_undo",
    "mailing_of",
    "mark_printed",
    "narrow",
    "page_in_doubt",
    "parts_of",
    "print_run",
    "put_draft",
    "read_begun",
    "reissue",
    "reissue_link",
    "release",
    "rotate",
    "see_to_alerts",
    "see_to_rights",
    "send_again",
    "shred_by_hand",
    "shred_expired",
    "shred_loose",
    "sort_again",
    "sort_given",
    "submit",
    "swap",
    "take_in",
    "tie_begun",
    "undo_freeze",
    "use",
    "waiting_rosters",
    "waiting_to_be_read",
    "work_on_roster",
    "yardstick",
]
