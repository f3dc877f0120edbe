"""Where lines of text stand in a picture, in which order, and what no line covers."""
