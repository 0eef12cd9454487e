"""Similar cases: how good, how fast, and how both grow. See benchmarks/README.md."""
