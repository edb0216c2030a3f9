"""Archives: millions of posts scored into a folder that other programs read, and what such a folder says."""
