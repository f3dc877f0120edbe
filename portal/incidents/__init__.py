"""What happens when something went wrong: what was frozen, what was decided, who read it, what is told to whom."""
