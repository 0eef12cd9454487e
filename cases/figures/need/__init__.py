"""Where outreach is needed: 手口 × age group × district, from counts, residents and people reached. Pure; no case.

`inputs` is what is put in, `weights` what a centre sets, `scoring` the factors of every line, `choosing` the order and
what holds a line back. `gathering` (with the database) fills the inputs from facts. The method, its limits and what it
was measured on: docs/decisions/0051.
"""
