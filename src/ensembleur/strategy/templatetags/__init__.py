"""The components of the strategy's pages."""
