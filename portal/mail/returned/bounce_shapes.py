"""How to tell a mail server's report from a holiday greeting: by who writes, by the title, and by set phrases."""

import re
from email.message import Message


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE | re.MULTILINE)


# fmt: off
FROM_A_SERVER = _any(
    r"mailer-?\s?daemon", r"post[ _-]?master", r"mail ?-?daemon", r"\bmdaemon", r"mail ?delivery",
    r"delivery (sub)?system",
    r"mail ?-?er-?system", r"system administrator", r"mail administrator", r"mailadmin", r"mail-?sys", r"smtp gateway",
    r"microsoft ?exchange", r"delivery@", r"mailservice", r"internet mail", r"<>", r"mail router", r"mail server",
)
IS_AN_ANSWER = _any(r"^\s*(re|aw|sv|res|odp|antw|r[ée]p)(\[\d+\])?\s?[:：]", r"^\s*(ответ|回复|回覆|答复)\s?[:：]")
TITLE_OF_A_REPORT = _any(
    r"undeliver", r"undelivrable", r"non-?deliver", r"not delivered", r"could ?n[o']t be delivered", r"^mail failed",
    r"returned (e-?)?mail", r"return(ed|ing)? (message )?to sender", r"mail returned", r"failure notice",
    r"user unknown", r"message you sent (was )?(blocked|rejected)",
    r"(delivery|delivering).{0,30}(fail|error|problem|unsuccessful|status|report|notification|refus|impossible)",
    r"fail(ed|ure).{0,20}(deliver|mail|message|notice)", r"mail (system )?(error|failure)",
    r"message (status|failed|bounced)",
    r"nachricht .{0,30}nicht zugestellt", r"unzustellbar", r"non remis", r"[ée]chec", r"no se (puede|pudo) entregar",
    r"entrega.{0,20}(fall|imposs)", r"(no|não) entreg(ad|ue)", r"devol(vid|uci[óo]n|uelt)",
    r"mancata consegna", r"non recapitabile", r"niet (bezorgd|afgeleverd)", r"\bndn\b",
    r"unknown (user|address)", r"退信", r"配信(不能|エラー)", r"не ?доставлен", r"delivery (has )?failed",
    r"bounced?\b",
)
SAYS_UNDELIVERED = _any(
    r"(could|can|was|were|is|are|has|have)( ?n[o']t| not)( yet)?( have)?( be| been)? (able to )?(be )?"
    r"(deliver|sent|reach|accept|process)", r"unable to (deliver|send|relay|complete)",
    r"(delivery|message|mail).{0,40}(fail|return|reject|bounce"
    r"|refus)", r"undeliver", r"did not reach", r"fatal errors?", r"not delivered", r"couldn't be delivered",
    r"failed recipient", r"no transport provider", r"user unknown",
    r"(nicht|niet) (zugestellt|bezorgd|afgeleverd)", r"(no|não) .{0,30}(entreg|envi)",
    r"pas .{0,20}([êe]tre |[ée]t[ée] )?(remis|livr|distribu|achemin)", r"non .{0,40}(recapit|consegn)",
    r"не .{0,20}доставлен", r"送信できません", r"退回|送达",
    r"(5\d\d|5\.\d+\.\d+) ", r"not listed in",
)
GIVEN_UP = _any(
    r"permanent(ly)? (fatal |failure|fail|error)", r"is a permanent error", r"giving up", r"given up", r"has failed",
    r"have failed", r"failed permanently", r"no further (attempt|deliver)", r"will not be (retried|resent)",
)
REFUSED_BY_A_RULE = _any(r"automatically rejected", r"(was|has been) (rejected|refused)")
"""What a recipient's own rule writes into a receipt (RFC 5429, 2.1)."""
ARRIVED = _any(r"successfully (delivered|relayed)", r"delivery (was |has )?(been )?success", r"was delivered to")
DELAY = _any(
    r"\bdelay", r"not yet been delivered", r"has not been delivered yet", r"still (being )?(retried|trying|queued)",
    r"will (continue|keep)( on)? (to )?(try|be|attempt|retr|deliver)", r"not need to (resend|re-send|do anything)",
    r"^warning: (message|could not send|mail)", r"warning message only", r"no action is required", r"verzögert",
    r"retries? (for|until) .{0,30}(hour|day)", r"retrasad", r"retard[ée]",
)
TITLE_OF_AN_AUTO_REPLY = _any(
    r"out of (the )?office", r"\booo\b", r"auto(matic|matische|mated)?[ -]*(reply|repl|respon|antwort|generated)",
    r"\bvacation", r"on (leave|holiday)", r"away from", r"abwesen", r"réponse automatique", r"absence",
    r"respuesta autom", r"risposta automatica", r"resposta autom", r"afwezig", r"автоответ",
    r"fuera de (la )?oficina", r"fora do escrit[óo]rio", r"tr[ảa] l[ờo]i t[ựu] đ[ộo]ng", r"رد تلقائي",
    r"repons otomatik", r"jawaab otomaati", r"autosvar", r"automatisch antwoord", r"automatyczna",
    r"автоматическ", r"otomatik yan",
    r"자동 ?(회신|응답)", r"αυτόματη", r"स्वचालित",
    r"自動(返信|回覆)",
    r"自动(回复|答复)", r"thank you for (your|contacting)", r"we (have )?received your", r"ticket",
)
CHALLENGE = _any(
    r"spam ?arrest", r"antispam uol", r"boxbe", r"spamblocker", r"\btmda\b", r"challenge[/-]response",
    r"sender verification",
    r"(confirm|verify|prove) .{0,60}(you are|you're|sender|your (e-?mail|message|address|identity)|human)",
    r"(approved|allowed|guest) sender", r"added to .{0,30}(allow(ed)?|white|guest|safe) ?list",
    r"confirmation (of|is) .{0,30}(message|required|needed)", r"click .{0,60}(to|so) .{0,30}(deliver|release)",
)
ORIGINAL_BEGINS = _any(
    r"^-{2,} ?(below this line|this is a copy|here is|the (original|transcript|header|body)|original|returned|forwarded"
    r"|begin|message (header|body|text)|included)[^\n]*", r"^-+ *original message",
    r"(a )?copy of (the|your) (original )?"
    r"message[^\n]{0,60}(below|follow|:)", r"^original message (follows|headers?)",
    r"^your (original )?message (header)?"
    r"s?:?[ \t]*$", r"^(return-path|received): [^\n]*\n", r"included is a copy of the message", r"headers? follow",
    r"^[ \t]*-+ message header", r"^original headers?:",
)
# fmt: on
_ROBOTS = (
    "X-Autoreply",
    "X-Autorespond",
    "X-Auto-Response-Suppress-Reply",
    "X-Mail-Autoreply",
    "X-Vacation",
    "X-Autogenerated",
    "X-Auto-Reply",
)  # fmt: skip


def is_from_a_robot(message: Message) -> bool:
    """Tell whether somebody's program answers for them (RFC 3834, 5)."""
    said = str(message["Auto-Submitted"] or "no").strip().lower()
    precedence = str(message["Precedence"] or "").strip().lower()
    return not said.startswith("no") or precedence == "auto_reply" or any(message[name] for name in _ROBOTS)
