"""The guard is asked: one file or text, by today's roster; what it stopped in words, and what makes it pass."""
