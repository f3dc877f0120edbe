"""The rule for Exchange Online: a connector to the gate, and a mail flow rule that writes the secret and goes by it."""

from typing import Final

from portal.gate.in_front.front import FILES, HEADER, NAME, Front

PORT: Final = 25
"""A connector of Exchange Online names a host and no port."""

_TEXT: Final = """\
# The rule for Exchange Online. In PowerShell, signed in with Connect-ExchangeOnline:

New-OutboundConnector -Name '{name}' -ConnectorType Partner -IsTransportRuleScoped $true `
  -UseMXRecord $false -SmartHosts '{host}' -TlsSettings DomainValidation -TlsDomain '{host}'

New-TransportRule -Name '{name}' -Mode Enforce -StopRuleProcessing $true `
  -FromScope InOrganization -SentToScope NotInOrganization -SenderDomainIs {domains} `
  -SenderAddressLocation HeaderOrEnvelope -AttachmentExtensionMatchesWords {files} `
  -ExceptIfMessageTypeMatches OOF `
  -SetHeaderName '{header}' -SetHeaderValue '{secret}' `
  -RouteMessageOutboundConnector '{name}' -RuleErrorAction Defer

# To begin with one office, add -FromMemberOf 'office@…'; to leave partners out, -ExceptIfRecipientDomainIs 'one','two'.
# It goes by the names of files: a picture in a signature counts as an attachment here, so jpg and png are left out.
# To end it: Disable-TransportRule '{name}'. What is on its way then goes as it did before.
"""
_PORT_NOTE: Final = """
# A connector has no port: it comes to port 25 of {host}. Let port 25 lead to {port}, where the gate listens.
"""


def exchange_rule(front: Front) -> str:
    """Return the two commands, with what is not in them below."""
    said = _TEXT.format(
        name=NAME,
        host=front.host,
        header=HEADER,
        secret=front.secret,
        domains=_listed(front.domains),
        files=_listed(FILES),
    )
    return said if front.port == PORT else said + _PORT_NOTE.format(host=front.host, port=front.port)


def _listed(words: tuple[str, ...]) -> str:
    return ",".join(f"'{word}'" for word in words)
