"""`portal init`, `serve`, `doctor`, `keys`, `ledger` and the rest of what an operator runs."""
