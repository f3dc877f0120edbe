"""What monitoring asks: whether the site is there, and figures; and what robots and researchers read."""
