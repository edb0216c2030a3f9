"""The root command ``watchword`` and the subcommands that need the classifier only."""
