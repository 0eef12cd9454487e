"""How fast each page is, how it grows with the cases, and what it costs. `make bench`; see benchmarks/README.md."""
