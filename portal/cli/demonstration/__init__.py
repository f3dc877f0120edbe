"""`portal demo`: the whole job for made-up children, and an inbox to click in."""
