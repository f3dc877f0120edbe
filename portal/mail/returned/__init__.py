"""Messages that came back: whose they were, what they say, and the cage in which they are taken apart."""
