"""From the plain data of a strategy file to a Strategy: what is wrong with it is told first, all of it, then it is built."""
