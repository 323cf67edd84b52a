"""The mentor pool as staff keep it: who is in it, with all that is known of them."""
