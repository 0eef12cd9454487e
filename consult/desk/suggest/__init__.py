"""分類の候補: codes that the words typed so far speak for, each put into its field by one key."""
