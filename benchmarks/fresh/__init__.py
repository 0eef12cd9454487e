"""From save to figure: how long until what was saved is in a breakdown, a share, similar search and today's counter."""
