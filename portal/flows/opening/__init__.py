"""A family opens a letter: the link, the code, the file, and a fresh link when the old one is dead."""
