"""The fused kernel: normalise → mask → features → score → explain in one compiled walk over UTF-8.

The plain modules of `classifier` say what is right; each stage here names the one it repeats.
"""
