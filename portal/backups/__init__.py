"""Backups are made while the site runs, restored into an empty installation, and tried; stores move elsewhere."""
