"""The adapter for Slack, on slack-bolt."""
