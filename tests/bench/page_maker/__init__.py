"""Labelled pages for training and measuring the page reader: real articles under furniture in our own words.

:mod:`page` is a page under construction and its labels; :mod:`articles` reads the articles; :mod:`wording` reads
``furniture.txt``, which holds every kind of furniture and its wordings, parted into those for training and those held
out; :mod:`values` fills their slots with names, dates and headlines; :mod:`damage` harms a text as scrapers do;
:mod:`pieces` writes stories, summaries and teasers in the layouts of real pages; :mod:`make` puts a page together;
:mod:`labelled` turns the labels of hand-made pages into the same form.
"""
