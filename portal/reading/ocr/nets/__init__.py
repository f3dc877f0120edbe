"""Neural nets that find writing, and the pictures made for them."""
