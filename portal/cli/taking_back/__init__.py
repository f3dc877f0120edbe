"""`portal revoke`, `portal link` and `portal incident`: what is taken back at the command line."""
