"""What is on record: the ledger as people read it, the disclosure record of a child, words that name somebody."""
