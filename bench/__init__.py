"""The measurements behind every figure in the README: `python -m bench`."""
