"""What families read, in their language: which languages there are, their catalogues, and dates as people say them."""
