"""Who writes from a mailbox that several share is said in one line, or the portal does not start."""

import pytest

from portal.kernel.configuration.shared_mailboxes import owners_of


def test_each_mailbox_has_its_owners() -> None:
    said = "Office@School.test = ana@school.test+Ben@school.test , front@school.test=ana@school.test"
    assert owners_of(said) == {
        "office@school.test": {"ana@school.test", "ben@school.test"},
        "front@school.test": {"ana@school.test"},
    }
    assert owners_of("") == {}


@pytest.mark.parametrize(
    "said", ["office@school.test", "office=ana@school.test", "office@school.test=ana@school.test;ben"]
)
def test_what_is_no_such_list_is_refused(said: str) -> None:
    with pytest.raises(ValueError, match="must be like"):
        owners_of(said)
