"""Messages as bytes: notices, codes and fresh links to families, messages to staff, and the paper they share."""
