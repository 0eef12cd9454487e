"""決裁 at the desk: 起案 by the counsellor, the approver's list and card, what changed since the last look."""
