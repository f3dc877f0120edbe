"""How commands tell of a mailing: whom it reaches, whom it leaves out, and whether files and children add up."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table as Printed

from portal.cli.opening import people
from portal.documents.rules.problems import grounds_said
from portal.documents.rules.tokens import Pupil
from portal.families.repository.guardians import guardians_called
from portal.kernel.ground import Ground
from portal.kernel.text.counts import count_of
from portal.mailings import repository as mailings
from portal.mailings.repository.addressed import addressed_of
from portal.mailings.rules import audience_sentence, state_words
from portal.overviews.audience import audiences
from portal.overviews.audience.sent_before import sent_before
from portal.overviews.per_child import reconciling
from portal.overviews.per_child.narrower import Narrower, narrower

_MOST_SHOWN = 30


def mailing_facts(ground: Ground, mailing_id: str) -> dict[str, Any]:
    """Return whom a mailing reaches and whom it leaves out, as plain values."""
    with ground.db.read() as session:
        mailing = mailings.find_any(session, mailing_id)
        assert mailing is not None
        terms = mailings.terms_of(session, mailing_id)
        reach = audiences.reach_of(session, mailing, now=ground.clock())
        left_out = audiences.left_out(session, reach)
        before = sent_before(session, mailing, reach.child_ids)
        addressed = addressed_of(session, mailing)
        others = guardians_called(session, audiences.others_of(session, mailing, now=ground.clock()))
        narrowed = guardians_called(session, addressed or ())
    return {
        "mailing": mailing.id,
        "state": mailing.state,
        "audience": audience_sentence(terms, ground.settings.organisation),
        "families": reach.families,
        "guardians": reach.guardians,
        "children": reach.children,
        "confidential": audiences.asks_code(mailing, reach),
        "addressed": None if addressed is None else [one.written for one in narrowed],
        "other_guardians": [one.written for one in others],
        "left_out": [
            {"child": row.student_number, "why": row.why} | ({"reason": row.reason} if row.reason else {})
            for row in left_out
            if row.guardian_name is None
        ],
        "sent_before": before and {"mailing": before.mailing_id, "children": before.children, "what": before.sentence},
    }


def print_facts(facts: dict[str, Any]) -> None:
    """Print whom a mailing reaches and whom it leaves out, in sentences."""
    people.print(f"Mailing {facts['mailing']} is {state_words(facts['state'])}. For {facts['audience']}.", markup=False)
    guardians, children = count_of(facts["guardians"], "guardian"), count_of(facts["children"], "child", "children")
    people.print(f"It reaches {guardians} of {children}.")
    if facts["addressed"] is not None:
        people.print(f"Only for {', '.join(facts['addressed'])}.", markup=False)
    if facts["other_guardians"]:
        told = ", ".join(facts["other_guardians"])
        people.print(f"Other guardians of the same children get nothing: {told}.", markup=False)
        people.print(f"To let them get it too: portal mailing add-guardians {facts['mailing']} --by …", markup=False)
    if facts["sent_before"]:
        people.print(facts["sent_before"]["what"], markup=False)
    if facts["left_out"]:
        people.print(f"Children left out: {len(facts['left_out']):,}")
        counts = Counter((row["why"], row.get("reason", "")) for row in facts["left_out"])
        for (why, reason), count in counts.most_common(_MOST_SHOWN):
            people.print(f"  {count:,}  {audiences.WHY[why]}{f': {reason}' if reason else ''}", markup=False)
        if len(counts) > _MOST_SHOWN:
            people.print(f"  and {len(counts) - _MOST_SHOWN:,} more reasons: --json shows them all.")


def table_facts(ground: Ground, mailing_id: str) -> dict[str, Any]:
    """Return the two-way table of a mailing with one letter for each child, as plain values."""
    with ground.db.read() as session:
        table = reconciling.table_of(session, mailing_id, now=ground.clock())
        wide = narrower(session, table)
    number = {child_id: pupil.student_number for child_id, pupil in table.pupils.items()}
    troubles = table.working.troubles if table.working else ()
    found = table.found
    return {
        "complete": table.is_complete,
        "files": found.counts.files,
        "children": found.counts.children,
        "paired": found.counts.paired,
        "suggested": [
            {"file": one.name, "child": number[one.child_id], **_who(table.pupils[one.child_id]),
             "why": grounds_said(one.why, table.pupils[one.child_id])}
            for one in found.suggestions
        ],
        "left_out": [{"child": number[one.child_id], "why": one.reason} for one in found.left_out],
        "missing": [number[child_id] for child_id in found.missing],
        "problems": [
            {"kind": "all", "what": one.sentence, "do": one.fix, "pages": list(one.pages),
             "children": [number.get(child, "") for child in one.children]}
            for one in troubles
        ]
        + [
            {"kind": one.kind, "what": one.sentence, "do": one.fix, "file": one.name,
             "child": number.get(one.child_id or "")}
            for one in found.problems
            if not (troubles and one.kind in {"missing", "nothing-to-send"}) and not (wide and one.kind == "missing")
        ]
        + ([_too_wide(wide)] if wide and not troubles else []),
        "warnings": [table.warning] if table.warning else [],
        "pairs": [{"file": one.name, "child": number[one.child_id]} for one in found.pairs],
    }  # fmt: skip


def _who(pupil: Pupil) -> dict[str, Any]:
    return {"name": f"{pupil.given_name} {pupil.family_name}".strip(), "grade": pupil.grade, "sites": [*pupil.sites]}


def _too_wide(wide: Narrower) -> dict[str, Any]:
    """Return as one problem that most of the audience has no file."""
    few = count_of(len(wide.children), "child", "children")
    terms = [f"{term.kind}:{term.value}" for term in wide.terms or wide.by_number]
    said = " ".join(f"--audience '{term}'" for term in terms[:_MOST_SHOWN])
    return {
        "kind": "too-wide", "what": f"These files are only for {wide.words or few}; the mailing is for {wide.of:,}.",
        "do": f"Draft it again with {said}{' and so on' if len(terms) > _MOST_SHOWN else ''}.", "file": "",
        "child": None, "audience": terms,
    }  # fmt: skip


def _print_suggested(rows: Sequence[Mapping[str, Any]]) -> None:
    table = Printed("File", "Suggested child", "Why", title=None)
    for one in rows[:_MOST_SHOWN]:
        where = [f"grade {one['grade']}"] if one["grade"] else []
        table.add_row(one["file"], ", ".join([f"{one['name']} ({one['child']})", *where, *one["sites"]]), one["why"])
    people.print(table)
    if len(rows) > _MOST_SHOWN:
        people.print(f"And {len(rows) - _MOST_SHOWN:,} more: --json shows them all.")
    people.print(
        "Nothing can be sent until somebody has looked through these: in the browser, or by drafting it again with "
        "--accept-suggestions, or with a list for --match."
    )


def print_table(facts: dict[str, Any]) -> None:
    """Print what adds up in one line, and what does not with its fix, the gravest first."""
    people.print(
        f"{facts['paired']:,} of {count_of(facts['children'], 'child has its', 'children have their')} letter."
    )
    for warning in facts["warnings"]:
        people.print(f"Look at this: {warning}", markup=False)
    if facts["suggested"]:
        _print_suggested(facts["suggested"])
    if not facts["problems"]:
        return
    table = Printed("What does not add up", "What to do", title=None)
    for one in facts["problems"][:_MOST_SHOWN]:
        table.add_row(one["what"], one["do"])
    people.print(table)
    if len(facts["problems"]) > _MOST_SHOWN:
        people.print(f"And {len(facts['problems']) - _MOST_SHOWN:,} more: --json shows them all.")
    people.print("Nothing can be sent until this is put right, in the browser or by drafting it again.")
