"""A second person says yes or no."""
