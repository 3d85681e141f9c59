"""What a reader and a writer of one format must agree on, written once. Readers and writers do not know each other."""
