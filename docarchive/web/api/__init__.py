"""The JSON API: a table of routes, from which the application and its description for programs are made."""
