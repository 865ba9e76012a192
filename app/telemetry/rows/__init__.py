"""A row a file: what it is made of, kept as plain values until there is time to turn it into text."""
