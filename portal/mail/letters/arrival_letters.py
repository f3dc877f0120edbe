"""The one answer that a staff member gets to what they sent in from their mail program."""

from collections.abc import Sequence

from portal.kernel.text.counts import count_of
from portal.mail.letters.staff_letters import StaffLetter
from portal.mail.letters.wire import one_line


def gathered(
    *, title: str, ready: int, need: int, is_shared: bool, is_asked: bool, told: Sequence[str], url: str,
    lost: int = 0,
) -> StaffLetter:  # fmt: skip
    """Tell what became of it: `ready` letters, or a letter for so many guardians where it `is_shared`.

    `need` is how many need a look, `lost` how many addresses of these lead to nobody. It `is_asked`: all adds up, and
    approvers were told.
    """
    what = f"a letter for {count_of(ready, 'guardian')} is ready" if is_shared else f"{count_of(ready, 'letter')} ready"
    what = what if ready else "nothing is ready yet"
    rest = f", {need:,} {'needs' if need == 1 else 'need'} you" if need else ""
    first = "put right what its page shows" if need > lost else "look at it"
    left = f"The letter waits for you: {first}, then ask for approval."
    if is_asked:
        left = "Approval was asked for, and there is nothing more for you to do."
    wrong = (f"{count_of(lost, 'address', 'addresses')} led to nobody to whom you may write.",) if lost else ()
    return StaffLetter(
        f"“{one_line(title)}”: {what}{rest}",
        (f"{one_line(title)}: {what}{rest}. Nothing has been sent yet.", *wrong, *map(one_line, told), left),
        "See which, and the letter" if lost else "Look at the letter",
        url,
    )


def gate_stopped(*, when: str, messages: int, told: Sequence[str], url: str) -> StaffLetter:
    """Tell that nothing came of it, and why; its subject may name a family, so it is not repeated."""
    return StaffLetter(
        "Stopped: what you sent from your mail program",
        (
            f"What you sent from your mail program on {when} was stopped ({count_of(messages, 'message')}).",
            *map(one_line, told),
            "Nothing was sent to anybody, and the portal has destroyed the messages and their files.",
        ),
        "Look at what you sent",
        url,
    )
