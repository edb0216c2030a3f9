"""The subcommands that need the training extra."""
