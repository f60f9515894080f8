"""`sereno demo`: what goes wrong with a bare model, and what Sereno does about it, live."""
