"""Inside the cage: what is taken out of a letter, what is refused, and what of it its PDF has to show."""
