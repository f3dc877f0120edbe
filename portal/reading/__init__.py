"""From a file to all its text: a small port, a reader in this process, one in a cage, and a fake."""
