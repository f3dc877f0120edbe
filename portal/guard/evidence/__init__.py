"""What a hit says of itself: ids of rules and views, its strength and cues, and the trace that explains it."""
