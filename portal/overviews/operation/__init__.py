"""How the portal itself stands: settings in force, what is watched, rosters, retention, and what a verdict hung on."""
