"""手引き: what to say, to ask and to keep by 手口, where to refer, what came from outside, a centre's own 手口."""
