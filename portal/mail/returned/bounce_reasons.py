"""Why a message came back, from what mail servers write: enhanced codes (RFC 3463) and their own sentences.

Hard means that this address takes no mail until somebody mends it; soft that this message did not get through,
while the address may be right. A sentence says more than a code: servers answer 5.7.1 to an unknown user and
5.1.1 to what they call spam. Who gives no reason is not taken to mean the address.
"""

import re
from typing import Literal

Why = Literal[
    "no-mailbox", "no-domain", "closed", "moved", "full", "blocked", "too-large", "loop", "relay", "no-answer",
    "put-off", "busy", "trouble", "unclear",
]  # fmt: skip
Weight = Literal["hard", "soft"]
_ADDRESS_IS_WRONG: frozenset[Why] = frozenset({"no-mailbox", "no-domain", "closed", "moved"})
MEANS_THIS_MAILBOX: frozenset[Why] = _ADDRESS_IS_WRONG | {"full", "too-large"}
"""What nobody says of a message that arrived."""
_MOST_TEXT = 4000


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE | re.DOTALL)


# fmt: off
_PERHAPS_BLOCKED = _any(
    r"polic(y|ies)", r"denied", r"not (authori[sz]ed|allowed|permitted|accept)", r"prohibit(ed|ion)", r"refus",
    r"forbidden", r"rejected", r"restricted", r"block", r"authenticat", r"security", r"filter", r"\bbulk\b", r"banned",
    r"mass mail", r"attachment", r"abus", r"confirm", r"pre-?approved", r"white ?list", r"backscatter", r"\bbatv\b",
    r"mailing list|members-only|not subscribed", r"your ip\b",
)
_RECIPIENT_REJECTED = _any(r"(recipient|mailbox|address|user|rcpt).{0,40}reject")
_NOT_FOR_ITSELF = _any(r"denied", r"polic(y|ies)", r"not (authori[sz]ed|allowed|permitted)")
_TOO_FAST = _any(
    r"\brate that", r"too (quickly|fast)", r"quota for sending", r"(daily|hourly|sending) .{0,20}quota",
    r"relay limit",
)
"""Gmail says it with 5.2.1, which elsewhere means a closed mailbox."""
_READ: tuple[tuple[Why, re.Pattern[str]], ...] = (
    ("busy", _TOO_FAST),
    ("full", _any(r"mail ?box size", r"mail file size", r"mailbox .{0,30}too (large|big)")),
    ("too-large", _any(
        r"message (file )?(is )?too (large|big)", r"message size (limit|exceeds)",
        r"exceeds .{0,30}(maximum|fixed) .{0,20}size", r"max(imum)? (allowed )?message size", r"taille .{0,20}message",
        r"size limit", r"message length exceeds", r"exceed.{0,30}(message|maximum).{0,20}size",
    )),
    ("loop", _any(r"\bloop", r"too many (hops|received)", r"hop count")),
    ("relay", _any(
        r"relay(ing)?\b.{0,30}(denied|prohibit|not (allowed|permitted)|disallowed|refused|reject)",
        r"(denied|prohibited|not (allowed|permitted|configured|authori[sz]ed)|unable|refus\w{1,4}|won't|cannot|can't"
        r"|(do|does)( not|n't)) (to )?relay", r"invalid credentials for relay", r"no relaying", r"allowed rcpt ?host",
        r"not an? (open )?(relay|gateway)", r"as an? (open )?relay", r"insecure (mail )?relay", r"relaying mail to",
        r"(do|does)( not|n't) (handle|accept) mail for", r"tenantattribution",
    )),
    ("full", _any(
        r"quota", r"(mail ?box|inbox|mail folder|account|postfach|storage) .{0,40}\b(full|voll|exceed)",
        r"full mail ?box", r"mail ?folder is full", r"out of (disk |storage )?space", r"no space left",
        r"(insufficient|sufficient|enough) (disk |storage |mailbox )?(space|storage)(?! for)",
        r"space (has been |is )?(not enough|used up)",
        r"exceeded .{0,20}storage", r"bo[iî]te .{0,30}pleine", r"buz[oó]n .{0,40}llen", r"caixa .{0,30}cheia",
        r"casella .{0,30}pien",
        r"too many messages .{0,20}(mailbox|on the server)", r"too much mail data", r"zuviele mails",
    )),
    ("put-off", _any(r"gr[ea]y-? ?list", r"not yet authori[sz]ed", r"triplet")),
    ("blocked", _any(
        r"spam", r"black ?-?list", r"block ?-?list", r"denylist", r"\brbl\b", r"dnsbl", r"reputation", r"dmarc",
        r"\bspf\b", r"dkim", r"unsolicited", r"junk mail", r"malware", r"(?<!not )listed (at|in|on) ",
        r"(?<!for )(?<!for all )(?<!no )(?<!anti)(?<!anti-)\bvirus(es)?\b(?! ?scan)",
        r"poor(ly)? rated", r"content .{0,20}(reject|filter)", r"rejected .{0,20}content", r"rejected for policy",
        r"sender('s)? (e-?mail )?(address|domain) .{0,60}"
        r"(not (exist|found|resolve|valid|a valid)|must resolve|n[o']t exist|unknown|invalid)",
        r"domain of (the )?sender",
        r"sender .{0,20}(rejected|denied|blocked)", r"sender verif.{0,10} fail", r"unusual (rate|amount)",
        r"(invalid|bad|bogus|unknown|unroutable|unverified) (outbound |envelope )?sender",
        r"sender (account|domain) is", r"from: domain", r"\bptr\b", r"reverse (dns|lookup|name)",
        r"your (reverse )?host ?name", r"client host", r"match the ip", r"(dynamic|sending|sender|client) ips?\b",
        r"(recipient|user)('s)? (preferences|rules|settings)", r"blocked by the (recipient|user)",
        r"bulk (e-?)?mail filter", r"(ask|contact) your (post|mail)master", r"banned sending",
    )),
    ("no-domain", _any(
        r"host or domain name not found", r"host (unknown|not found)", r"unknown (host|domain)", r"nxdomain",
        r"null ?mx",
        r"unrout(e)?able (mail )?domain", r"name (or service not known|service error|server: host not found)",
        r"domain [^:]{0,60}"
        r"(not found|does ?n[o']t exist|does not exist|unknown|invalid|is not valid|couldn't be found)",
        r"no (mx|valid|mail) (host|record|exchanger)", r"does not accept (any )?mail(?! from)",
        r"couldn't find any host", r"no such (domain|host)", r"domain .{0,20}(not reachable|must exist)",
        r"(cannot|could not|can't|unable to) (resolve|find) .{0,40}(host|domain|address record|mx)",
        r"all relevant mx records point to non-exist", r"find a (gateway|route)", r"no dns",
        r"dns (error|fail|type|record)",
        r"bad (domain|host)", r"illegal host", r"no mail server", r"domain .{0,60}not appear to be registered",
    )),
    ("trouble", _any(
        r"permission denied", r"command (died|failed|output|not found)", r"no such file", r"procmail", r"mailer error",
        r"\bi/o error", r"input/output error",
    )),
    ("closed", _any(
        r"(account|mail ?box|user|address|recipient)\b[^.:]{0,60}\b(disabled|inactive|suspended|deactivated"
        r"|discontinued|closed|frozen"
        r"|locked|expired|cancel+ed|terminated|deleted|not active|no longer|been (removed|moved out))",
        r"no longer (active|available|in use|valid|in service|on server|employed|accept|subscrib)",
        r"(inactive|disabled|deactivated|suspended|archived|expired) (user|mail ?box|account|recipient|address)",
        r"not an active (user|mail ?box|account|address)", r"mailbox unused", r"extended inactivity",
    )),
    ("moved", _any(r"(has|have) (been )?moved", r"new address is", r"moved to")),
    ("no-mailbox", _any(
        r"(user|recipient|mail ?box|address|addressee|account|alias|destination|local part|person|name|customer|rcpt)"
        r"s?\b.{0,60}\bunknown",
        r"unknown\b.{0,30}(user|recipient|mail ?box|address|account|alias|destination|local|person|rcpt)",
        r"@\W{0,4}unknown", r"no such", r"does ?n[o']t exist", r"does not exist", r"not exist",
        r"(doesn't|does not) have an? (\S{1,60} )?(account|mail ?box)",
        r"not here", r"no one at this address", r"nonexist|non-exist",
        r"(?<!file )not (a )?(known|listed|found|recogni[sz]ed|our customer|valid|local address|unique)", r"n'existe",
        r"existiert nicht", r"no existe", r"nie istnieje", r"nessun utente",
        r"unbekannt", r"inconnu", r"desconocid", r"desconhecid", r"non esiste", r"sconosciut",
        r"introuvable", r"onbekend", r"nieznan", r"не (существует|найден)", r"不存在", r"存在しま",
        r"mailbox (is )?(unavaila?ble|not available|invalid|not present)",
        r"invalid[ -](final|recipient|mail ?box|address|user|local)", r"address invalid", r"not present in directory",
        r"no (mail ?box|user|account|recipient|local mailbox)\b",
        r"couldn't be found", r"could not be found", r"wasn't found", r"cannot find",
        r"recip(ient)? ?notfound", r"userunknown", r"unrout(e)?able address", r"ambiguous",
        r"bad ?(destination|address|recipient|rcpt)",
        r"more than one (entry|match)", r"validrcptto",
        r"undeliverable address", r"undefined (mail ?)?user", r"illegal (alias|user|address)", r"destinataire invalide",
        r"fehlerhafte adresse",
        r"account .{0,40}unavailable", r"not (exactly )?match", r"unable to validate recip",
    )),
    ("no-mailbox", _RECIPIENT_REJECTED),
    ("no-answer", _any(
        r"timed? ?out", r"timeout", r"connection (was )?(refused|reset|failed|dropped|closed)", r"unreachable",
        r"no route",
        r"(could not|couldn't|can't|cannot|unable to) (connect|establish|contact|reach)", r"did ?n[o']t respond",
        r"not respond", r"no answer", r"(retry|delivery|queue|delivery time|max) .{0,20}expired", r"too (old|long)",
        r"lost connection", r"message expired", r"queue\.expired", r"failed \d+ (attempts|tries)", r"not been able to",
        r"remote host .{0,20}down", r"maximum delivery attempts", r"long (time|failure)", r"queue period",
        r"connection .{0,60}broken", r"conversation with", r"network error", r"failed after",
        r"service (currently )?unavailable", r"not be delivered for [\d.]+ (hour|day)", r"not been collected",
    )),
    ("busy", _any(
        r"too (many|much)", r"rate limit", r"throttl", r"frequency limit", r"connection limit", r"trop de connexions",
        r"try (again|later)", r"temporar", r"resources", r"busy", r"deferred",
        r"over capacity", r"exceeded .{0,20}limit .{0,40}messages", r"\bload\b",
    )),
    ("blocked", _PERHAPS_BLOCKED),
    ("trouble", _any(
        r"line length",
        r"relay", r"configur", r"local error", r"system error", r"internal", r"protocol",
        r"cannot", r"unable",
    )),
)
_NOT_NOW = _any(r"temporar(y|ily)", r"try (again )?later", r"not found,? try again", r"servfail", r"malformed")
"""What stands beside "no such domain" when nobody could be asked, and beside "locked" when it is opened again."""
# fmt: on
_VAGUE = {sentence for _, sentence in _READ[-3:]}
_CODES = re.compile(r"(?<![\d.])[45]\d\d[ -](?:[45]\.\d{1,3}\.\d{1,3} ?)?")
_ADDRESS = re.compile(r"[\w.+%=/-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}")
_BY_CODE: dict[str, Why] = {
    "1.1": "no-mailbox",
    "1.2": "no-domain",
    "1.3": "no-mailbox",
    "1.4": "no-mailbox",
    "1.6": "moved",
    "1.7": "blocked",
    "1.8": "blocked",
    "1.9": "trouble",
    "1.10": "no-mailbox",
    "2.1": "closed",
    "2.2": "full",
    "2.3": "too-large",
    "3.4": "too-large",
    "4.1": "no-answer",
    "4.4": "no-domain",
    "4.5": "busy",
    "4.6": "loop",
    "4.14": "loop",
    "4.310": "no-domain",
}  # fmt: skip
_BY_SUBJECT: dict[str, Why] = {"3": "trouble", "4": "no-answer", "5": "trouble", "6": "trouble", "7": "blocked"}
_BY_REPLY: dict[str, Why] = {"421": "busy", "450": "busy", "451": "trouble", "452": "full", "552": "full"}
"""551 and 553 are not among them: RFC 5321 means the address by them, and servers whatever they do not like."""
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
    if code.endswith((".1.7", ".1.8")):  # of the sender's address (RFC 3463, 3.2), whatever is not found or not valid
        return by_code
    said = _said(words)
    for why, sentence in _READ:
        if sentence.search(said):
            return _settled(why, sentence, said, code)
    return by_code


def _said(words: str) -> str:
    """Return a server's words in one line: no codes at their beginning, no addresses, whose names are not its words."""
    said = _ADDRESS.sub("@", _CODES.sub("", words[:_MOST_TEXT]))
    return " ".join(said.replace("_", " ").split())


def _settled(why: Why, sentence: re.Pattern[str], said: str, code: str) -> Why:
    """Return what a sentence means beside its code: some are so vague that the code says more."""
    by_code = _by_code(code)
    if sentence is _RECIPIENT_REJECTED:
        is_itself = by_code in _ADDRESS_IS_WRONG or code.endswith(".4.1")  # Microsoft's for "no such recipient"
        is_doubtful = not code or by_code == "blocked" or _NOT_FOR_ITSELF.search(said)
        return "blocked" if is_doubtful and not is_itself else why
    is_vague = sentence in _VAGUE and "." in code
    is_for_now = code.startswith("4") and by_code in _ADDRESS_IS_WRONG
    return by_code if is_vague and by_code != "unclear" and not is_for_now else why


def _by_code(code: str) -> Why:
    if "." not in code:
        return _BY_REPLY.get(code, "unclear")
    _, subject, detail = code.split(".")
    return _BY_CODE.get(f"{subject}.{detail}") or _BY_SUBJECT.get(subject, "unclear")


def weigh(why: Why, code: str, words: str = "") -> Weight:
    """Decide whether the address is of no use, or whether this message alone did not get through.

    A server that says 4 or "later" means "not now", whatever else it writes. One that gives no reason leaves it open.
    """
    if code.startswith("4") or _NOT_NOW.search(_said(words)):
        return "soft"
    return "hard" if why in _ADDRESS_IS_WRONG else "soft"
