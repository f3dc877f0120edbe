"""Writing a letter: for everybody or for each child, kept while it is typed, with the files that were chosen."""
