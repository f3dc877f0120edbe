"""By which logins the database is served, for `portal doctor` and the settings page."""

from collections.abc import Iterator

from portal.kernel.configuration.settings import Settings
from portal.overviews.operation.watched import If, InForce, fact
from portal.words.sentences import sentence


def of_logins(settings: Settings) -> Iterator[InForce]:
    """Tell whether PostgreSQL itself keeps families apart; SQLite has no roles that could."""
    if settings.database.startswith("sqlite:"):
        return
    yield fact(
        sentence("Families in the database"),
        sentence("kept apart by a login of their own")
        if settings.family_database
        else sentence("one login sees them all"),
        If(
            sentence("A fault in a query could show one family another. PostgreSQL can refuse that by itself."),
            sentence("Make the roles, run portal migrate as their owner, and set PORTAL_FAMILY_DATABASE_URL."),
            "note",
        ),
        bad=not settings.family_database,
    )
