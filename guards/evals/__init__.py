"""What the guards are measured with: labelled sets, and ways to disguise a text."""
