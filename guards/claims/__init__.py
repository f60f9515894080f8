"""Claims in a text: its sentences, which of them can be checked, and what a passage or arithmetic says of them."""
