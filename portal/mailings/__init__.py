"""Bulk sends: what is sent, to whom, and how far it has come."""
