"""The views of a text in which names are searched: as it stands, and as it is meant."""
