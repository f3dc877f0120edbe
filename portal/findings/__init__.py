"""What admins accept, for a time and with a reason, of what is unsafe about the portal itself."""
