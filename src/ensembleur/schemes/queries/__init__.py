"""What is looked up across schemes, the register and what companies told us."""
