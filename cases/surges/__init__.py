"""Surges: counts that are higher than their own past explains. Pure: numpy alone, no database, no clock.

`tails` probabilities of counts · `baseline` which past points are compared · `fitting` the regression, many at once ·
`farrington` the bare method · `wire` the same as JSON · `cells`, `rules` what of it becomes an alarm · `cards` one card
per wave.
"""
