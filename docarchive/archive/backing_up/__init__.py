"""Backing up: copies an archive to a folder, a ZIP file or a remote store, and restores it. See docs/backups.md."""
