"""Children, their guardians, and who may see whom."""
