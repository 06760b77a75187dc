"""Answers of visitors who have not signed in: taken once, within limits, written as records."""
