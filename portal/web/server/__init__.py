"""The server itself: what a connection may cost, whatever stands in front of it."""
