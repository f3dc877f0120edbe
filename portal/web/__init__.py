"""HTTP and nothing but HTTP: who may pass, which story is told, and the page that answers."""
