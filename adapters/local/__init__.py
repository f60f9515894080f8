"""Adapters that need no platform: the terminal, and a page on this machine."""
