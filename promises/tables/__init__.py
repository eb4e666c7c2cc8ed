"""A CSV or XLSX file that came from anywhere, as rows of text under known columns; and how one goes out.

Knows nothing of any subject.

Activities and the class register are both read with it, under the same limits and in the same words.
"""
