"""The officers' pages: the desk of rules, a draft, its preview, its history."""
