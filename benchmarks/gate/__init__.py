"""What is hidden of published tables: is it safe, how dear is it, how long does it take? See benchmarks/README.md."""
