"""The strategies as published: one YAML file each, the schema they obey, and what reads them."""
