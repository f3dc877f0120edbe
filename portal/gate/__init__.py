"""The door where staff hand mail in, over SMTP: it takes durably or refuses, and never tells who is on the roster."""
