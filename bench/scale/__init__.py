"""`make scale`: what grows with links, children and guardians, and what that comes to for a million families."""
