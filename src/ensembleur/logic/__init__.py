"""Three-valued logic and the explained answer: the signature of the product."""
