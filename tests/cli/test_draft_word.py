"""A Word letter at the command line: made a PDF, and told how."""

import json
from pathlib import Path

import pytest

from tests.cli.test_commands import Run, letter, portal, roster
from tests.cli.test_draft_languages import NEW, ready
from tests.office_letters import paragraph, word_letter

pytestmark = pytest.mark.parametrize(
    "database_url", ["sqlite"], indirect=True
)  # the same letters are drafted on both in tests/flows

__all__ = ["letter", "portal", "ready", "roster"]

STRUCK = '<w:del w:id="1" w:author="Rosa"><w:r><w:delText>soon</w:delText></w:r></w:del>'


def test_a_word_letter_is_told_as_the_pdf_it_became(ready: Run, tmp_path: Path) -> None:
    file = tmp_path / "garden.docx"
    file.write_bytes(word_letter("The garden opens on Monday.", paragraph("Come ", STRUCK, "early."), font="Papyrus"))
    done = ready(*NEW, "--file", str(file), PORTAL_OFFICE="basic")
    assert done.returncode == 0, done.stderr
    said = " ".join(done.stdout.split())
    assert "Made a PDF: garden.pdf. Families get this, never the file itself." in said
    assert "1 tracked change" in said
    assert "Look at this: These fonts are not here: Papyrus." in said
    facts = json.loads(ready(*NEW, "--file", str(file), "--json", PORTAL_OFFICE="basic").stdout)
    assert (facts["state"], facts["made"][0]["converted"]) == ("checked", True)
    assert not any(line.startswith("office:") for line in facts["guard"]["removed"])
    assert facts["made"][0]["look_at"][0].startswith("These fonts are not here")


def test_where_it_is_off_the_command_says_what_to_do(ready: Run, tmp_path: Path) -> None:
    file = tmp_path / "garden.docx"
    file.write_bytes(word_letter("The garden opens on Monday."))
    done = ready(*NEW, "--file", str(file), PORTAL_OFFICE="off")
    assert done.returncode != 0
    assert "Save it as PDF" in " ".join(done.stderr.split())


def test_a_word_that_the_setting_does_not_know_stops_the_start(ready: Run) -> None:
    done = ready("mailing", "list", PORTAL_OFFICE="word")
    assert done.returncode != 0
    assert "PORTAL_OFFICE" in done.stderr
