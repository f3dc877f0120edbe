"""A name server on loopback that knows the records a test gives it."""

import socketserver
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

Zone = Mapping[tuple[str, str], list[str]]
"""Records by name and type: `("oak.test", "TXT"): ['"v=spf1 -all"']`."""


@contextmanager
def name_server(zone: Zone) -> Iterator[str]:
    """Answer questions about a zone until the block ends; give the server's address and port."""

    class Answers(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            raw, door = self.request
            asked = dns.message.from_wire(raw)
            (question,) = asked.question
            answer = dns.message.make_response(asked)
            name = question.name.to_text(omit_final_dot=True).lower()
            found = zone.get((name, dns.rdatatype.to_text(question.rdtype)))
            if found:
                answer.answer.append(dns.rrset.from_text_list(question.name, 60, "IN", question.rdtype, found))
            elif not any(known == name for known, _ in zone):
                answer.set_rcode(dns.rcode.NXDOMAIN)
            door.sendto(answer.to_wire(), self.client_address)

    with socketserver.ThreadingUDPServer(("127.0.0.1", 0), Answers) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()
