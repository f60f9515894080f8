"""Prompt injection: rules, and a linear model that can stand beside them, behind one score."""
