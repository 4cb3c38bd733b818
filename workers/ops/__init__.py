"""What operators use: topics, accounts, following the stream."""
