"""保存期限と廃棄: how long a record is kept, what stops its disposal, and how it goes for good."""
