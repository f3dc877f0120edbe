"""The mail room: the port, SMTP, a fake that keeps what it is given, and the demo's own server."""
