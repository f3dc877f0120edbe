"""An incident at the counter: its notice to families, its pack of evidence, and its undoing."""
