"""Containers of office programs: every part of them, each in a few modules of its own."""
