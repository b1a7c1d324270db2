"""The funding plan, rule by rule."""
