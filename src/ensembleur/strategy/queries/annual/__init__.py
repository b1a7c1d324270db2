"""The annual report of a strategy, gathered from what is kept: values, targets, money, tables, decisions."""
