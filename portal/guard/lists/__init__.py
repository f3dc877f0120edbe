"""The shape of a list of people: rows of names with what is kept about each, whoever they are."""
