"""What an operator sets: the settings, the environment they come from, and the values that need a parser."""
