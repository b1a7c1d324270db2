"""One script per headline figure, its peer beside it in the same run; the figures are written by the scripts."""
