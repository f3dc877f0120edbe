"""The rule for Google Workspace, as steps in its admin console: it has no commands for them."""

from typing import Final

from portal.gate.in_front.front import FILES, HEADER, NAME, Front

_TEXT: Final = """\
The rule for Google Workspace. In the admin console, under Apps > Google Workspace > Gmail:

1. Hosts > Add route
     Name                  {name}
     Single host           {host}   port {port}
     Options               switch on all three: require a secure (TLS) connection, require a CA-signed certificate,
                           validate the certificate's hostname

2. Compliance > Attachment compliance > Configure (for the whole organization, or for one office to begin with)
     Name                  {name}
     Messages to affect    Outbound
     Expressions           "If ANY of the following match"; add File type > Office documents, then custom file types:
                           {files}
     If they match         Modify message
       Headers             Add custom headers: the whole name has to read {header}
                           (the console puts X- before what is typed), and the value is
                           {secret}
       Route               Change route: {name}
       Encryption          Require secure transport (TLS)
     Options               Account types to affect: Users. Envelope filter, only affect specific envelope senders:
                           pattern match {senders}

Google may take a day until a rule is in force. It goes by the names of files; jpg and png are left out, or each picture
in a signature would count. To end it, switch the setting of step 2 off.
"""


def google_rule(front: Front) -> str:
    """Return the steps, with all that is typed in them."""
    domains = "|".join(domain.replace(".", r"\.") for domain in front.domains)
    return _TEXT.format(
        name=NAME,
        host=front.host,
        port=front.port,
        header=HEADER,
        secret=front.secret,
        files=", ".join(FILES),
        senders=f"@({domains})$",
    )
