"""The gold questions, the reports they are asked of, and what checks both."""
