"""Staff members, their roles and scopes, and their sessions."""
