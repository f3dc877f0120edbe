"""Links die, and may be made anew."""
