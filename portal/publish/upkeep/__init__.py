"""What a worker does by the clock: chores, jobs, alerts, heads, rights, resealing, shredding, records."""
