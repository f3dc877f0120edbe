"""A sealed letter as pictures of its pages, for the letter's own page: what it shows, and what it says."""
