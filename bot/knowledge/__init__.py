"""The community's documents: split, indexed, searched."""
