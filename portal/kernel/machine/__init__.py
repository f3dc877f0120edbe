"""This machine: its memory, its threads and processes, and folders for a moment."""
