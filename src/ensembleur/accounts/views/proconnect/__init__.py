"""Signing in through ProConnect, the State's single sign-on for professionals."""
