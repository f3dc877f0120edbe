"""`portal mailing`, `portal document` and `portal guard`: letters at the command line."""
