"""Benchmarks: `make bench`. What they measured last stands in docs/benchmarks.md."""
