"""Values as people and programs write them: dates, names, cells, mappings, and the keys that docarchive reserves."""
