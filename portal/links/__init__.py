"""Links, and what is opened with them: the way from a message to a family's own letters."""
