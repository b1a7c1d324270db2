"""The pages of schemes: fetch, call, answer."""
