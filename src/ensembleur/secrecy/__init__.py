"""Statistical secrecy: what may be shown of a table, what must be hidden with it, and an audit that trusts nobody."""
