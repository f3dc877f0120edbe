"""The reader in its cage: the side that asks, the cells that answer, and what passes between them."""
