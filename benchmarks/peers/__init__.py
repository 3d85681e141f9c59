"""Times docarchive next to other programs, over the same articles. See docs/benchmarks/README.md."""
