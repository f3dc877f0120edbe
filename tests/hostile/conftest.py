"""Whoever is hostile meets the second lock as well."""

import pytest

from portal.kernel.configuration.settings import Settings
from tests.parts.roles import by_roles


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Serve by the roles of PostgreSQL, so that every test here shows that nothing else is needed."""
    return by_roles(settings)
