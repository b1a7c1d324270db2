"""What is computed about meetings: who meets whom, when, at which table, and whether it can be done better."""
