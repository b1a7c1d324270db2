"""The database itself refuses to change or remove a line of the journal: triggers on SQLite and on PostgreSQL."""

from __future__ import annotations

from typing import Any

TABLE, HEAD = "accounts_act", "accounts_journalhead"
_REFUSAL = "the journal is append-only"
_NAMES = ("act_is_never_changed", "act_is_never_removed", "head_moves_one_line_at_a_time", "head_is_never_removed")

_SQLITE = {
    "act_is_never_changed": f"BEFORE UPDATE ON {TABLE}",
    "act_is_never_removed": f"BEFORE DELETE ON {TABLE}",
    "head_moves_one_line_at_a_time": f"BEFORE UPDATE ON {HEAD} WHEN NEW.number <> OLD.number + 1 OR NEW.id <> OLD.id",
    "head_is_never_removed": f"BEFORE DELETE ON {HEAD}",
}
_POSTGRESQL = {
    "act_is_never_changed": f"BEFORE UPDATE OR DELETE ON {TABLE} FOR EACH ROW",
    "act_is_never_removed": f"BEFORE TRUNCATE ON {TABLE} FOR EACH STATEMENT",
    "head_moves_one_line_at_a_time": (
        f"BEFORE UPDATE ON {HEAD} FOR EACH ROW WHEN (NEW.number <> OLD.number + 1 OR NEW.id <> OLD.id)"
    ),
    "head_is_never_removed": f"BEFORE DELETE OR TRUNCATE ON {HEAD} FOR EACH STATEMENT",
}


def guard_journal(connection: Any) -> None:
    """Install the triggers that are missing; does nothing before the tables exist or on another database engine."""
    present = standing_guards(connection)
    if present is None:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and len(present) < len(_NAMES):
            cursor.execute(
                "CREATE OR REPLACE FUNCTION accounts_refuse() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$"
            )
        for name in _NAMES:
            if name in present:
                continue
            if connection.vendor == "postgresql":
                cursor.execute(f"CREATE TRIGGER {name} {_POSTGRESQL[name]} EXECUTE FUNCTION accounts_refuse()")
            else:
                cursor.execute(f"CREATE TRIGGER {name} {_SQLITE[name]} BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END")


def lift_guard(connection: Any) -> None:
    """Remove the triggers: only to empty the whole database."""
    with connection.cursor() as cursor:
        for name in standing_guards(connection) or ():
            on = f" ON {TABLE if name.startswith('act') else HEAD}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER {name}{on}")


def standing_guards(connection: Any) -> set[str] | None:
    """The names of the triggers in place; None when there is nothing to guard here."""
    with connection.cursor() as cursor:
        if connection.vendor not in ("sqlite", "postgresql") or not {TABLE, HEAD} <= set(
            connection.introspection.table_names(cursor)
        ):
            return None
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE tgrelid IN (%s::regclass, %s::regclass)", [TABLE, HEAD])
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN (%s, %s)", [TABLE, HEAD])
        return {name for (name,) in cursor.fetchall()} & set(_NAMES)


def missing_guards(connection: Any) -> set[str]:
    """The triggers somebody removed."""
    present = standing_guards(connection)
    return set() if present is None else set(_NAMES) - present
