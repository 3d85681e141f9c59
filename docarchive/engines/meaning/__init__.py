"""Meaning: vectors of passages, of which near ones mean something alike, and the model that makes them.

Useful for finding articles whose words are not those of the question. Not an engine: it ranks all articles, and matches
none. Its libraries are those of the extra ``meaning``. See docs/decisions/0110.
"""
