"""Verifying: compares an archive with what is recorded of it, and repairs it. See docs/decisions/0073."""
