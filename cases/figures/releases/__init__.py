"""The only way out for a number that leaves the staff: judged beside everything published, approved, kept for good.

`asking` says what is to be published, `traits` and `frozen` what is counted, `union` lays all releases side by side,
`judging` decides, `reading` is what printers print. The verbs are in `cases.services.releases`.
"""
