"""One page of a PDF: its text as drawn and as seen, turned lines, curves, and shapes that may be letters."""
