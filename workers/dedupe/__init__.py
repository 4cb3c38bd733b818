"""De-duplication, pure: what is kept of an article, where it may have been seen before, and what is said of it.

sketch.py    title and text -> hashes, signature, numbers
compare.py   two sketches -> what they share
index.py     candidates by locality-sensitive hashing, bounded by count and by event time
rules.py     what they share -> duplicate, update, or neither: every threshold stands here
entry.py     the changelog record of one article
engine.py    item -> verdict; the state, and its rebuilding from entries
"""
