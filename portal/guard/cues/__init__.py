"""The words around a possible name: what makes it surer, less sure, or none."""
