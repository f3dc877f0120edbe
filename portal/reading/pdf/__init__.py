"""PDF: pages, what stands beside them, fonts that lie, and whatever no page shows."""
