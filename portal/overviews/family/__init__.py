"""What a family may see and what it is mailed: letters, earlier ones, codes, fresh links, and languages."""
