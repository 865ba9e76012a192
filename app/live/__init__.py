"""Live orders: what is signed, how it is sent, and what the venue's answers mean. Loaded only once a person arms."""
