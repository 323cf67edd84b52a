"""All that a fellow reported, on one page and to take away."""
