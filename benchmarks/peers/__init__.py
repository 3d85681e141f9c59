"""Times docarchive beside what people would pick instead, over the same articles. See docs/benchmarks/README.md."""
