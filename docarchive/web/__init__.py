"""The web server of an archive: pages for people. It knows the archive by the public methods of ``Archive`` alone."""
