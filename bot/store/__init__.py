"""What the bot keeps: ports in `base`, in memory for tests, in a Redis-protocol server for everything else."""
