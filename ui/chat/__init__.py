"""The page "Hỏi đáp": a conversation with the reports."""
