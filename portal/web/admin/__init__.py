"""What admins do: take back, read and verify the ledger, and look after the staff."""
