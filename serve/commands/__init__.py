"""The subcommands of this package."""
