"""Slow acts and their line, their page, and the lanes that keep one kind of request from using up another's threads."""
