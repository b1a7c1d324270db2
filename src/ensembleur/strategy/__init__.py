"""The strategy as data: challenges, objectives, measures, indicators, targets, budget, and how each figure is known."""
