"""What staff hand in from their mail programs, and with which keys."""
