"""Text and time as people write them: addresses, names, days, time zones, counts, CSV, and pasted links."""
