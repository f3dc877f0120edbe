"""Letters of a PDF: what its fonts say, what their glyphs draw, and the net that tells."""
