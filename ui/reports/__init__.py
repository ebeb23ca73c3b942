"""The page "Báo cáo": what is in the corpus and, for operators, changing it."""
