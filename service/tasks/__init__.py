"""Tasks: what people and the clock do to them."""
