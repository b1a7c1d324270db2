"""The drawings of the strategy: one Vega-Lite specification for the page and for the PDF, with its words and its table."""
