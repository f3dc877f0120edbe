"""Pages are tried on both databases by turns: one test on SQLite, the next on PostgreSQL, each query by some of both.

What is done behind a page is tried on both in tests/flows; here, only where a promise hangs on it.
"""

import pytest

DATABASES = ("sqlite", "postgresql")
ON_BOTH = {
    "test_admin_taking_back",
    "test_offered_pictures",
    "test_opening",
    "test_pressed_twice",
    "test_staff_release_of_lists",
    "test_taking_back",
}


@pytest.hookimpl(tryfirst=True)  # before pytest takes the marks, and what the fixture says by itself
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Deal each test one database, the same at every run; a module that makes its own keeps to that."""
    module = metafunc.module
    if module.__name__.rpartition(".")[2] in ON_BOTH or hasattr(module, "database_url"):
        return
    if "database_url" in metafunc.fixturenames:
        tests = [name for name in vars(metafunc.cls or module) if name.startswith("test_")]
        one = DATABASES[tests.index(metafunc.function.__name__) % len(DATABASES)]
        metafunc.definition.add_marker(pytest.mark.parametrize("database_url", [one], indirect=True))
