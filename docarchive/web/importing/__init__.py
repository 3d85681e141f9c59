"""Imports that pages and programs ask for: what they upload and name, one import after the other, and how far it is."""
