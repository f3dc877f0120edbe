"""Mail that staff hand in, beside who is on the roster: for whom it is, where it may go, what became of it."""
