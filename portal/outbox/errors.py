"""Nothing: what becomes of a message is an outcome (`rules`), and no error that somebody reads."""
