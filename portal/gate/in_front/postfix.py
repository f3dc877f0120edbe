"""The rule for Postfix: what staff send to the outside is looked at once more on its way out.

Whether a message has files is known of its headers, whom it is for of its envelope, and one table of Postfix knows one
of the two. So all that staff send to the outside goes once round: by then only recipients outside are left in it, and
its own `cleanup` may turn the whole message to the gate, by way of a second round that writes the secret.
"""

import re
from typing import Final

from portal.gate.in_front.front import HEADER, Front

AGAIN: Final = 10_027
"""The port on loopback where Postfix hands itself what staff send to the outside."""
LAST: Final = 10_028
"""The port where it hands itself what has files: there the secret is written, for every other place logs it."""

_TEXT: Final = """\
# The rule for Postfix 3.4 or newer: three files of its own, lines for two more, then `postfix reload`.
# Before: whoever hands in mail from {domains} has to be signed in (reject_sender_login_mismatch with
# smtpd_sender_login_maps), and port 25 must not take these domains as senders from outside. The gate believes From.

### /etc/postfix/portal_senders.regexp
{senders}

### /etc/postfix/portal_leaving.regexp
/^{header}:/ IGNORE
if !/name *= *"?(smime\\.p7s|signature\\.asc)/
/^Content-Disposition: *attachment/ FILTER smtp:[127.0.0.1]:{last}
/^Content-Type: *application\\/.*name/ FILTER smtp:[127.0.0.1]:{last}
endif

### /etc/postfix/portal_secret.regexp
# It holds the secret: chown root, chmod 600.
/./ PREPEND {header}: {secret}

### /etc/postfix/main.cf
# smtp_tls_CAfile or smtp_tls_CApath has to be there as well: the gate's certificate is checked.
sender_dependent_default_transport_maps = regexp:/etc/postfix/portal_senders.regexp

### /etc/postfix/master.cf
# A partner whose mail does not belong there: a line such as `partner.example smtp:` in transport_maps.
# In content_filter stands how mail leaves today: with a relayhost, `smtp:[its.name]:587`.
127.0.0.1:{again} inet n - n - - smtpd
  -o syslog_name=postfix/leaving
  -o content_filter=smtp:
  -o cleanup_service_name=leaving
{smtpd}
127.0.0.1:{last} inet n - n - - smtpd
  -o syslog_name=postfix/to-portal
  -o content_filter=portal:[{host}]:{port}
  -o receive_override_options=no_header_body_checks,no_milters
  -o smtpd_data_restrictions=check_client_access,regexp:/etc/postfix/portal_secret.regexp
{smtpd}
leaving unix n - n - 0 cleanup
  -o header_checks=regexp:/etc/postfix/portal_leaving.regexp
  -o nested_header_checks=
portal unix - - n - - smtp
  -o smtp_tls_security_level=secure
  -o smtp_tls_secure_cert_match={host}
  -o smtp_tls_wrappermode={wrapped}
"""
_SMTPD: Final = """\
  -o mynetworks=127.0.0.0/8
  -o smtpd_client_restrictions=permit_mynetworks,reject
  -o smtpd_helo_restrictions=
  -o smtpd_sender_restrictions=
  -o smtpd_relay_restrictions=permit_mynetworks,reject
  -o smtpd_recipient_restrictions=permit_mynetworks,reject
  -o smtpd_tls_security_level=none
  -o smtpd_sasl_auth_enable=no
  -o smtpd_milters="""
_IMPLICIT_TLS: Final = 465


def postfix_rule(front: Front) -> str:
    """Return the three files, each behind its path, and what is added to two more."""
    senders = [rf"/@{re.escape(domain)}$/ smtp:[127.0.0.1]:{AGAIN}" for domain in front.domains]
    return _TEXT.format(
        domains=", ".join(front.domains),
        senders="\n".join(senders),
        header=HEADER,
        secret=front.secret,
        host=front.host,
        port=front.port,
        again=AGAIN,
        last=LAST,
        smtpd=_SMTPD,
        wrapped="yes" if front.port == _IMPLICIT_TLS else "no",
    )
