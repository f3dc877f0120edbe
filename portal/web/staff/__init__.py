"""The pages of staff: writing a letter, following it, and looking up families."""
