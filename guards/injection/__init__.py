"""Prompt injection: rules now; a classifier and known attacks join them behind the same score."""
