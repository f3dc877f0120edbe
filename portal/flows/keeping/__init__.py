"""What is kept and proven: legal hold, shredding, the ledger and its head, the disclosure record, alerts to admins."""
