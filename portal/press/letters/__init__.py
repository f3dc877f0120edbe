"""Letters that staff write: Markdown or a template with fields, as a tree, as Typst, and as part of a page."""
