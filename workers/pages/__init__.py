"""The page reader: a raw body becomes lines, evidence, roles, blocks, articles, each a function of the one before."""
