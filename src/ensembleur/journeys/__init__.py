"""A company's path: diagnosis, plan, funding, follow-up."""
