"""Picture files: decoded within a budget, made grey, and what stands in them beside their pixels."""
