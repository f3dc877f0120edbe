"""Who gets a mailing, and who does not."""
