"""The adapter for Discord, on discord.py."""
