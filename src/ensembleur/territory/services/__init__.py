"""What happens to the register: places loaded, files imported, demonstration populated."""
