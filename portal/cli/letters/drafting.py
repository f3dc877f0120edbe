"""`portal mailing draft`: one letter for everybody, or one for each child: files, one big PDF, a letter with fields."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from portal.cli.house import open_house
from portal.cli.letters import draft_options as options
from portal.cli.letters.draft_each import EachGiven, draft_each
from portal.cli.letters.draft_letter import LetterGiven, by_language, draft_letter
from portal.cli.person import on_behalf_of
from portal.flows.writing.draft_mailing import check_audience, pairs_of
from portal.kernel.errors import WrongCall
from portal.mailings.rules import Draft, check_draft, parse_term
from portal.overviews.audience.guardians_meant import guardians_meant
from portal.staff.rules import Acting
from portal.wiring import House


def draft(
    by: options.By,
    title: options.Title,
    message: options.Message = "",
    title_in: options.TitleIn = None,
    message_in: options.MessageIn = None,
    file: options.File = None,
    also: options.Also = None,
    with_files: options.With = None,
    text: options.Text = None,
    text_in: options.TextIn = None,
    per_child: options.PerChild = None,
    match: options.Match = None,
    accept_suggestions: options.AcceptSuggestions = False,
    split: options.Split = None,
    pages_each: options.PagesEach = 0,
    first_page: options.FirstPage = "",
    pass_over: options.PassOver = None,
    merge: options.Merge = None,
    values: options.Values = None,
    logo: options.Logo = None,
    signature: options.Signature = None,
    signer: options.Signer = "",
    leave_out: options.LeaveOut = None,
    audience: options.Audience = None,
    guardian: options.Guardian = None,
    expires: options.Expires = None,
    confidential: options.Confidential = False,
    acknowledge: options.Acknowledge = False,
    as_json: options.Json = False,
) -> None:
    """Write a mailing: the guard judges all of it. Nothing is sent. Exit 3 if anything does not add up."""
    letter = LetterGiven(file, text, also or [], text_in or [], with_files or [])
    files = {"archive": per_child, "list": match, "pdf": split, "values": values, "logo": logo, "signature": signature}
    told = {"pages_each": pages_each, "mark": first_page, "passed_over": pass_over or [], "signer": signer}
    each = EachGiven(files, merge, told, leave_out or [], accept_suggestions)
    said, asks = ((title, message), (title_in, message_in)), {"confidential": confidential, "acknowledge": acknowledge}
    with open_house() as house:
        person, checked = _checked(house, by, *said, audience, expires, asks)
        _draft(house, _narrowed(house, checked, guardian or [], person), letter, each, person, as_json=as_json)


def _narrowed(house: House, checked: Draft, guardians: Sequence[str], person: Acting) -> Draft:
    with house.db.read() as session:
        if guardians:
            check_audience(session, checked.terms, by=person)
        addressed = guardians_meant(session, person, pairs_of(checked.terms), "\n".join(guardians), now=house.clock())
    return replace(checked, addressed=addressed)


def _draft(
    house: House, checked: Draft, letter: LetterGiven, each: EachGiven, person: Acting, *, as_json: bool
) -> None:
    if _is_each(letter, each):
        draft_each(house, checked, each, person, as_json=as_json)
    else:
        draft_letter(house, checked, letter, person, as_json=as_json)


def _is_each(letter: LetterGiven, each: EachGiven) -> bool:
    """Tell whether each child gets its own. Raises `WrongCall` for options that do not go together."""
    ways = (letter.file, letter.text, each.files["archive"], each.files["pdf"], each.merge)
    if sum(way is not None for way in ways) != 1:
        raise WrongCall("Choose exactly one of --file, --text, --per-child, --split and --merge.")
    is_each = letter.file is None and letter.text is None
    if is_each and (letter.also or letter.text_in or letter.enclosed):
        raise WrongCall("--also, --text-in and --with are for one letter for all.")
    if each.accept_suggestions and each.files["archive"] is None:
        raise WrongCall("--accept-suggestions is for --per-child.")
    if not is_each and each.leave_out:
        raise WrongCall("--leave-out is for letters to single children.")
    return is_each


def _checked(
    house: House,
    by: str,
    said: tuple[str, str],
    said_in: tuple[list[str] | None, list[str] | None],
    audience: list[str] | None,
    expires: int | None,
    asks: Mapping[str, bool],
) -> tuple[Acting, Draft]:
    with house.db.read() as session:
        person = on_behalf_of(session, by)
    titles, messages = by_language("title-in", said_in[0]), by_language("message-in", said_in[1])
    return person, check_draft(
        title=said[0],
        message=said[1],
        terms=[parse_term(text) for text in audience or ["everyone"]],
        link_days=expires if expires is not None else house.settings.link_days,
        link_hosts=house.settings.link_hosts,
        **asks,
        words={tag: (titles.get(tag, ""), messages.get(tag, "")) for tag in {*titles, *messages}},
    )
