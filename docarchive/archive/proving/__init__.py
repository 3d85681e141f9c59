"""Proving: the manifest of an archive, the chain of its heads, and proofs that it held an article."""
