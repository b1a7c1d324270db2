"""Commands of the schemes domain."""
