"""What a browser posted: forms, and forms with many files."""
