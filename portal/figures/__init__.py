"""What all processes have counted since the database was made, for monitoring: numbers by kind, and nobody's name."""
