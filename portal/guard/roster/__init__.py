"""Everyone the guard knows, laid out for search: by words of names, addresses, phones and student numbers."""
