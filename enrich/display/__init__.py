"""How results show themselves in a notebook: what a card says, and the one template that draws it."""
