"""Claims in replies: found, checked within a deadline, and marked."""
