"""Published lists an event chooses from."""
