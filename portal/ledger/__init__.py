"""The append-only record of everything that matters, and of every disclosure."""
