"""The counsellor's day: 今日, next contacts, あっせん, 応援, hand-over of many cases, 日報・月報, closed days."""
