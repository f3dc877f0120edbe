"""A mailing leaves: when, to whom, by mail or on paper, once more, paused, stopped, and what came back."""
