"""A mailing goes out: its approval, what is sent after the first time, and the print run."""
