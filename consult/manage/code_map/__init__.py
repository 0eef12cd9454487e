"""分類の読み替え: which codes of before count under which of today."""
