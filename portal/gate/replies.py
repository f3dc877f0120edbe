"""What the gate answers: a code for the mail program and a sentence for whoever wrote the message (RFC 5321, 3463).

None of them says whether a family exists: neither the guard nor the roster is asked while a message is handed over.
"""

from typing import Final

from portal.mail.arriving.message import Refusal

TAKEN: Final = "250 2.0.0 Taken. Nothing has been sent yet."
OVER: Final = (
    "550 5.7.1 This message has come before, and nobody is added to its letter any more. "
    "If somebody is still to get it, write it anew."
)
PROBED: Final = "250 2.0.0 The probe has come. Nothing of it is kept."
GREETED: Final = "250 2.1.0 Go on."
NOTED: Final = "250 2.1.5 Noted."
SIGNED_IN: Final = "235 2.7.0 Signed in."

NO_KEY: Final = "535 5.7.8 This mail key is not known. Make a new one in the portal: Mail programs."
TOO_MANY_TRIES: Final = "421 4.7.0 Too many wrong mail keys from this network. Wait a minute and try again."
NO_AUTH: Final = "530 5.7.0 Sign in first, with your work address and a mail key from the portal: Mail programs."
NO_TLS: Final = "530 5.7.0 Turn on STARTTLS in your mail program first."
NOT_YOURS: Final = "550 5.7.1 The address in From is not yours. Send from your own work address."
NOT_VOUCHED: Final = (
    "550 5.7.1 The address in From is nobody's on the staff, or its mail system has not signed this message (DKIM)."
)
NOT_ADDRESSED: Final = "550 5.7.1 Write the drop address into To or Cc, and send the message again today."
NOT_FROM_IN_FRONT: Final = (
    "530 5.7.0 This message does not show the secret of the mail system in front, or not over TLS."
)
NOT_STAFF: Final = "550 5.7.1 The address in From is nobody's on the staff."
NULL_SENDER: Final = "550 5.7.1 This portal takes no reports and no automatic answers."
TOO_LARGE: Final = "552 5.3.4 This message is larger than 40 MB. Send fewer or smaller files."
TOO_MANY: Final = "452 4.5.3 A message has at most 500 recipients. Send the rest with another one."
NO_ROOM: Final = "452 4.3.1 The portal has too little space left. Try again later, and tell its administrator."
LATER: Final = "451 4.3.0 The portal cannot keep messages at the moment. Your mail program tries again."
AUTH_LATER: Final = "454 4.7.0 The portal cannot look at mail keys at the moment. Try again."
NOT_NOW: Final = "421 4.7.0 Too many connections. Try again in a moment."
NO_ADDRESS: Final = "553 5.1.3 This is not one mail address."
BARE: Final = "554 5.5.2 This message has lines that do not end as mail demands (CR and LF belong together)."
LONG_LINE: Final = "554 5.5.2 This message has a line of more than 1 MB."
TOO_EARLY: Final = "554 5.5.0 Your mail program did not wait for its turn."
TOO_SLOW: Final = "421 4.4.2 This took too long."

REFUSALS: Final[dict[Refusal, str]] = {
    "automatic": NULL_SENDER,
    "list": "550 5.7.1 This portal takes no mail of mailing lists.",
    "ours": "554 5.4.6 This is a message of the portal's own that has come back.",
    "looping": "554 5.4.6 This message goes round in circles.",
    "no-sender": "550 5.7.1 A message has one address in From: your own.",
    "encrypted": "554 5.6.0 This message is encrypted, so nobody here can look at its files. Send it unencrypted.",
    "tnef": "554 5.6.0 The files are in a winmail.dat that nobody else can read: in Outlook choose HTML as the format.",
    "partial": "554 5.6.0 This message comes in pieces. Send it whole.",
    "too-deep": "554 5.6.0 This message has more parts than are looked at.",
    "unreadable": "554 5.6.0 This message cannot be read. Write it anew.",
    "no-file": "550 5.7.1 There is no file in this message. Attach the letter, and send it again.",
}
