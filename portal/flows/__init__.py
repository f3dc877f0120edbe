"""The stories, one a file, named by a verb. They never call each other, never commit, never see HTTP."""
