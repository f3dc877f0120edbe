"""Why a message came back, from what mail servers write: enhanced codes (RFC 3463) and their own sentences.

Hard means that this address takes no mail until somebody mends it; soft that this message did not get through,
while the address may be right. A sentence says more than a code: servers answer 5.7.1 to an unknown user and
5.1.1 to what they call spam.
"""

import re
from typing import Literal

Why = Literal[
    "no-mailbox", "no-domain", "closed", "moved", "full", "blocked", "too-large", "no-answer", "busy", "trouble",
    "unclear",
]  # fmt: skip
Weight = Literal["hard", "soft"]
_ADDRESS_IS_WRONG: frozenset[Why] = frozenset({"no-mailbox", "no-domain", "closed", "moved"})
_MOST_TEXT = 4000


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE | re.DOTALL)


# fmt: off
_PERHAPS_BLOCKED = _any(
    r"polic(y|ies)", r"denied", r"not (authori[sz]ed|allowed|permitted|accept)", r"prohibit(ed|ion)", r"refus",
    r"forbidden", r"rejected", r"restricted", r"block", r"unauthenticated", r"security",
)
_TOO_FAST = _any(r"at a rate that", r"too (quickly|fast)")
"""Gmail says it with 5.2.1, which elsewhere means a closed mailbox."""
_READ: tuple[tuple[Why, re.Pattern[str]], ...] = (
    ("busy", _TOO_FAST),
    ("too-large", _any(
        r"message (is )?too (large|big)", r"message size (limit|exceeds)",
        r"exceeds .{0,30}(maximum|fixed) .{0,20}size",
        r"size limit", r"message length exceeds", r"exceed.{0,30}(message|maximum).{0,20}size",
    )),
    ("full", _any(
        r"quota", r"(mail ?box|inbox|mail folder|account|postfach|storage) .{0,40}\b(full|voll|exceed)",
        r"full mail ?box",
        r"mail ?folder is full", r"insufficient (disk|system) (space|storage)", r"out of (disk |storage )?space",
        r"no space left",
        r"exceeded .{0,20}storage", r"bo[iî]te .{0,30}pleine", r"buz[oó]n .{0,40}llen", r"caixa .{0,30}cheia",
        r"casella .{0,30}pien",
        r"too many messages .{0,20}mailbox",
        r"mailbox .{0,30}too (large|big)",
    )),
    ("blocked", _any(
        r"spam", r"black ?-?list", r"block ?-?list", r"denylist", r"\brbl\b", r"dnsbl", r"reputation", r"dmarc",
        r"\bspf\b",
        r"dkim", r"unsolicited", r"junk mail", r"\bvirus", r"malware",
        r"(?<!not )listed (at|in|on) ", r"poor(ly)? rated",
        r"content .{0,20}(reject|filter)", r"rejected .{0,20}content", r"gr[ea]y ?-?list", r"rejected for policy",
        r"sender('s)? (e-?mail )?(address|domain) .{0,60}"
        r"(not (exist|found|resolve|valid)|must resolve|n[o']t exist|unknown|invalid)", r"domain of (the )?sender",
        r"sender .{0,20}(rejected|denied|blocked)", r"sender verif.{0,10} fail", r"unusual (rate|amount)",
        r"bulk (e-?)?mail filter",
        r"(ask|contact) your (post|mail)master", r"banned sending",
    )),
    ("no-domain", _any(
        r"host or domain name not found", r"host (unknown|not found)", r"unknown (host|domain)", r"nxdomain",
        r"null ?mx",
        r"unrout(e)?able (mail )?domain", r"name (or service not known|service error|server: host not found)",
        r"domain .{0,60}(not found|does ?n[o']t exist|does not exist|unknown|invalid|is not valid|couldn't be found)",
        r"no (mx|valid|mail) (host|record|exchanger)", r"does not accept (any )?mail", r"couldn't find any host",
        r"(cannot|could not|can't|unable to) (resolve|find) .{0,40}(host|domain|address record|mx)",
        r"all relevant mx records point to non-exist", r"find a (gateway|route)", r"no dns", r"dns (error|fail|type)",
        r"bad (domain|host)", r"illegal host", r"no mail server", r"domain .{0,60}not appear to be registered",
    )),
    ("closed", _any(
        r"(account|mail ?box|user|address|recipient)\b[^.:]{0,60}\b(disabled|inactive|suspended|deactivated"
        r"|discontinued|closed"
        r"|locked|expired|cancel+ed|terminated|deleted|not active|no longer|been (removed|moved out))",
        r"no longer (active|available|in use|valid|in service|on server|employed|accept|subscrib)",
        r"(inactive|disabled) (user|mailbox|account)", r"mailbox unused",
    )),
    ("moved", _any(r"(has|have) (been )?moved", r"new address is", r"moved to")),
    ("no-mailbox", _any(
        r"unknown", r"no such", r"does ?n[o']t exist", r"does not exist", r"not exist", r"doesn't have an? ",
        r"not here",
        r"not (a )?(known|listed|found|recogni[sz]ed|our customer|valid)", r"n'existe", r"existiert nicht",
        r"no existe",
        r"unbekannt", r"inconnu", r"desconocid", r"desconhecid", r"non esiste", r"sconosciut",
        r"introuvable", r"onbekend", r"nieznan", r"не (существует|найден)", r"不存在", r"存在しま",
        r"mailbox (unavailable|not available)",
        r"invalid (final|recipient|mail ?box|address|user|local)",
        r"no (mail ?box|user|account|recipient|local mailbox)\b",
        r"(recipient|mailbox|address|user|rcpt).{0,40}reject", r"couldn't be found", r"wasn't found", r"cannot find",
        r"recip(ient)?notfound", r"unrout(e)?able address", r"bad (destination|address|recipient)", r"ambiguous",
        r"more than one (entry|match)",
        r"undeliverable address", r"undefined (mail ?)?user", r"illegal (alias|user|address)", r"destinataire invalide",
        r"fehlerhafte adresse",
        r"account .{0,40}unavailable", r"not match", r"unable to validate recip",
    )),
    ("no-answer", _any(
        r"timed? ?out", r"timeout", r"connection (refused|reset|failed|dropped|closed)", r"unreachable", r"no route",
        r"(could not|couldn't|can't|cannot|unable to) (connect|establish|contact|reach)", r"did ?n[o']t respond",
        r"not respond", r"no answer", r"(retry|delivery|queue|delivery time|max) .{0,20}expired", r"too (old|long)",
        r"lost connection", r"message expired", r"queue\.expired", r"failed \d+ (attempts|tries)", r"not been able to",
        r"remote host .{0,20}down",
        r"conversation with", r"network error", r"failed after", r"service unavailable",
    )),
    ("busy", _any(
        r"too (many|much)", r"rate limit", r"throttl", r"frequency limit",
        r"try again", r"temporar", r"resources", r"busy", r"deferred",
        r"over capacity", r"exceeded .{0,20}limit .{0,40}messages", r"\bload\b",
    )),
    ("blocked", _PERHAPS_BLOCKED),
    ("trouble", _any(
        r"loop", r"too many hops", r"hop count", r"line length",
        r"relay", r"configur", r"local error", r"system error", r"internal", r"protocol",
        r"cannot", r"unable",
    )),
)
# fmt: on
_BY_CODE: dict[str, Why] = {
    "1.1": "no-mailbox",
    "1.2": "no-domain",
    "1.3": "no-mailbox",
    "1.4": "no-mailbox",
    "1.6": "moved",
    "1.7": "trouble",
    "1.8": "trouble",
    "1.9": "trouble",
    "1.10": "no-mailbox",
    "2.1": "closed",
    "2.2": "full",
    "2.3": "too-large",
    "3.4": "too-large",
    "4.1": "no-answer",
    "4.4": "no-domain",
    "4.5": "busy",
    "4.6": "trouble",
    "4.310": "no-domain",
}  # fmt: skip
_BY_SUBJECT: dict[str, Why] = {"3": "trouble", "4": "no-answer", "5": "trouble", "6": "trouble", "7": "blocked"}
_BY_REPLY: dict[str, Why] = {"421": "busy", "450": "busy", "451": "trouble", "452": "full", "551": "moved",
                             "552": "full", "553": "no-mailbox"}  # fmt: skip
_ENHANCED = re.compile(r"(?<![\d.])([45])\.(\d{1,3})\.(\d{1,3})(?![\d.]*\d)")
_REPLY = re.compile(r"(?<![\d.])(4[2-57]\d|5[0-57]\d)(?=[ \-\t,;:)]|$)")


def code_in(text: str) -> str:
    """Return the first enhanced code in a server's words, or else its three digits, or nothing."""
    found = _ENHANCED.search(text)
    if found:
        return found[0]
    reply = _REPLY.search(text)
    return reply[1] if reply else ""


def why_of(words: str, code: str) -> Why:
    """Return why a message came back, from a server's words and from a code of either kind."""
    by_code = _by_code(code)
    for why, sentence in _READ:
        if sentence.search(words[:_MOST_TEXT]):
            is_vague = sentence is not _TOO_FAST and (why in {"busy", "trouble"} or sentence is _PERHAPS_BLOCKED)
            return by_code if is_vague and by_code != "unclear" else why
    return by_code


def _by_code(code: str) -> Why:
    if "." not in code:
        return _BY_REPLY.get(code, "unclear")
    _, subject, detail = code.split(".")
    return _BY_CODE.get(f"{subject}.{detail}") or _BY_SUBJECT.get(subject, "unclear")


def weigh(why: Why, code: str) -> Weight:
    """Decide whether the address is of no use, or whether this message alone did not get through.

    A server that says 4 means "not now", whatever it writes. One that says 5 without a reason means the address.
    """
    if code.startswith("4"):
        return "soft"
    if why == "unclear":
        return "hard" if code.startswith("5") else "soft"
    return "hard" if why in _ADDRESS_IS_WRONG else "soft"
