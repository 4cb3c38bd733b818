"""De-duplication, pure: what is kept of an article, where it may have been seen before, and what is said of it.

sketch.py    title and text -> hashes, signature, numbers
compare.py   two sketches -> what they share
index.py     tables from hashes to numbers: candidates by locality-sensitive hashing, exact matches by chains
store.py     what is kept of each article, one after the other in flat memory
changes.py   two texts -> sentences added and removed
rules.py     what they share -> duplicate, update, or neither: every threshold stands here
entry.py     the record of one article, in memory and in the changelog
engine.py    item -> verdict; the state, bounded by count and by two clocks, and its rebuilding from records
"""
