"""Letters from their first word to approval, as the pages of their writers show them."""
