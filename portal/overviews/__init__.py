"""Read-only joins across rooms, for lists, reports and judgements that need more than one room."""
