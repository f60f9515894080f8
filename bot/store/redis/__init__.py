"""The store on a Redis-protocol server (7.0 or newer): every change that must be whole is one Lua script."""
