"""Files that people send: what they are, and what is left of them when all but the picture or the pages is gone.

Pure: no Django. The cleaning itself runs in a process of its own (``cleaning`` starts ``worker``).
"""
