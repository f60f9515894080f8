"""Guards: text in, findings out. A leaf, usable on its own: it imports nothing of Sereno's other parts."""
