"""What a verdict counts besides its signs: children and families, and which child a file is of."""
