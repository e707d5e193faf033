"""The `rollcall` command: thin, one file per group of sub-commands."""
