"""From seeds and labels to a published model."""
