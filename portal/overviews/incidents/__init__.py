"""When something went wrong: what was frozen, who had seen it, what was decided, and who raised the alarm."""
