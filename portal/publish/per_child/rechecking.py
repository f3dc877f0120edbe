"""The roster changed after letters to single children were judged, so each is judged again, from its sealed bytes."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from portal.documents import repository as documents
from portal.documents.repository import intakes
from portal.documents.tables import Document
from portal.flows.approving import approve_mailing
from portal.flows.writing import sort_files
from portal.kernel.machine.ahead import done_ahead
from portal.mailings import repository as mailings
from portal.overviews.audience import audiences
from portal.publish.checking.check_file import GuardReport, Yardstick
from portal.publish.checking.judging import check_sealed, judge_written, yardstick
from portal.publish.per_child.batch import findings_of, problem_of
from portal.publish.per_child.settling import WordsStopped
from portal.wiring import House

_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class _Again:
    """A sealed letter and what the guard says of it today."""

    document: Document
    report: GuardReport


def judge_each(
    house: House, mailing_id: str, measures_of: Callable[[list[str]], Mapping[str, Yardstick]],
    tell: Callable[[int, int], None],
) -> None:  # fmt: skip
    """Judge every letter of a mailing again; one that is stopped leads the mailing back to draft, with its problem."""
    with house.db.read() as session:
        mailing = mailings.find_any(session, mailing_id)
        assert mailing is not None
        version, held = mailing.version, list(documents.documents_of(session, mailing_id))
        filled = intakes.filled_documents(session, mailing_id)
        chosen = intakes.chosen_documents(session, mailing_id)
        terms, words = audiences.terms_of(session, mailing), mailings.words_of(session, mailing_id)
    measure = yardstick(house, terms, now=house.clock())
    if not judge_written(house, measure, mailing, words).is_clear:
        raise WordsStopped
    measures = measures_of([one.addressee_id for one in held if one.addressee_id])
    stopped: dict[str, tuple[str, str]] = {}
    for count, one in enumerate(_read_all(house, held, _measured(measures, filled, chosen)), start=1):
        if not one.report.is_clear:
            stopped[one.document.id] = (problem_of(one.report), findings_of(one.report))
        tell(count, len(held))
    versions = {measure.version, *(one.version for one in measures.values())}
    judged_by = measure.version if len(versions) == 1 else ""  # something changed meanwhile: once more, then
    gone: list[str] = []
    with house.db.write() as session:
        mailings.hold(session, [mailing_id])  # before its files, like whoever throws it away
        if stopped:
            gone = sort_files.stop_letters(
                session, house.keys, mailing_id, stopped, version=version, judged_by=judged_by, now=house.clock()
            )
        else:
            intakes.note_judged(session, mailing_id, judged_by)
            approve_mailing.note_checked_again(
                session, house.keys, mailing_id, version=version, judged_by=judged_by, now=house.clock()
            )
    house.documents.shred(*gone)


def _measured(
    measures: Mapping[str, Yardstick], filled: Collection[str], chosen: Collection[str]
) -> Callable[[Document], Yardstick]:
    def measure_of(document: Document) -> Yardstick:
        assert document.addressee_id is not None
        measure = replace(measures[document.addressee_id], is_chosen=document.id in chosen)
        return measure.as_filled(document.addressee_id) if document.id in filled else measure

    return measure_of


def _read_all(house: House, held: Iterable[Document], measure_of: Callable[[Document], Yardstick]) -> Iterator[_Again]:
    def judge(document: Document) -> tuple[_Again]:
        return (_Again(document, check_sealed(house, measure_of(document), document)),)

    return done_ahead(judge, held, at_once=_AT_ONCE, ahead=2 * _AT_ONCE)
