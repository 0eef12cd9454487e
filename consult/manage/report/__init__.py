"""年報・月報: made by a job, read on the page, as Excel and on paper, issued for good."""
