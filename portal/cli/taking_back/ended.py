"""What a taking back ended, in the words that every command tells it in."""

from portal.kernel.text.counts import count_of


def what_ended(links: int, cancelled: int, sessions: int, dead: str = "is dead", all_dead: str = "are dead") -> str:
    """Return how many links are dead, unsent messages cancelled and open sessions ended."""
    return (
        f"{count_of(links, f'link {dead}', f'links {all_dead}')}, "
        f"{count_of(cancelled, 'unsent message')} cancelled, {count_of(sessions, 'open session')} ended"
    )
