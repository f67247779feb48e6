"""One module per brand: pure decode, read(link), survey(link)."""
