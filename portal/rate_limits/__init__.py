"""How often somebody failed or asked of late. Counts are rows, so all processes of the site share them."""
