"""`portal staff`: who signs in at the command line's word, as what, and how."""
