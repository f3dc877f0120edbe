"""Something went wrong: the alarm, the freeze, what two administrators read, what was decided, and the undoing."""
