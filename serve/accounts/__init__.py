"""Posts rolled up to accounts: what of each is under review, and which accounts post the same; no score for a person."""
