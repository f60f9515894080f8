"""Adapters: a platform's events in as messages, replies out in the platform's own form."""
