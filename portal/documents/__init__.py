"""Files as staff gave them, sealed, and each family's right to one: its copy."""
