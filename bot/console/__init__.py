"""The moderators' console: what the guards found, decisions, and a chat to try them."""
