"""Links and what hangs on them: what can be taken back, what that would end, and who would get fresh ones."""
