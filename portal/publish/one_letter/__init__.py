"""One letter for everybody, in each of its languages."""
