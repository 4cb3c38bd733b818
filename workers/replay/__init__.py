"""Reading documents from files and streaming them into articles.raw."""
