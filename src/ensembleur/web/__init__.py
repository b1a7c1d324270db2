"""The layout and the components; knows no business word."""
