"""Views that only the roster can give: how a text reads if some of its words are names or numbers it knows."""
