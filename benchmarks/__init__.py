"""How fast the compiler is, beside what the least possible work would cost. Nothing here is a test."""
