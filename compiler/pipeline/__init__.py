"""How the stages are put together: one stack at a time, then what holds of all of them."""
