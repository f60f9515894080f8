"""The hub: from a message to a guarded reply."""
