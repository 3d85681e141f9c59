"""HTML and XML as other readers need them: parsing that is safe, and Markdown of it."""
