"""Pure text work: folding, offsets, dates, language, and the split of a scraped page into articles.

Nothing here knows of Faust, Kafka or pydantic; everything is a function of its arguments, in time linear in their
length.
"""
