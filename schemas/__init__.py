"""The contract: messages, topics and headers, from which JSON Schema and AsyncAPI are generated."""
