"""Upkeep: sync edited files, rebuild the catalog and the index, switch engines."""
