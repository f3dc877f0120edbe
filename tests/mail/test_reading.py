"""A message that takes its reader down is one that says nothing; the next is read."""

from portal.mail.returned.report_reading import header_of, read_report
from portal.mail.returned.reports import Report
from tests.mail.test_bounces import failed

DEEP = b"".join(b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (level, level) for level in range(9_000))


def test_a_message_of_thousands_of_parts_in_parts_says_nothing_and_the_next_is_read() -> None:
    assert read_report(DEEP) == Report("other")
    assert isinstance(header_of(DEEP), str)
    assert read_report(failed("550 5.1.1 User unknown")).kind == "hard"
