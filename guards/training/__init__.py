"""How the guards' models are trained. Not needed to run them."""
