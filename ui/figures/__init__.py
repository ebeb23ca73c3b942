"""The page "Số liệu": the figures of every appendix, to search, compare and take away."""
