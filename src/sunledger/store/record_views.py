"""The views over records: settings, charging sessions and reports under the names that people query.

A record is never changed, only followed by a next version. What is in force is the newest one, unless that
says that the record was removed.
"""

from collections.abc import Callable

_NEWEST = (
    "r.version = (SELECT MAX(n.version) FROM record n WHERE n.kind = r.kind AND n.id = r.id) AND r.active"
)


def record_views(iso: Callable[[str], str], member: Callable[[str], str]) -> dict[str, str]:
    """The SELECT of each view, by name.

    `iso` says how an engine writes a column of milliseconds as a time, `member` how it takes a member of
    `r.document` by name.
    """
    return {
        "system_configs": (
            f"SELECT r.id AS config_name, {member('value')} AS config_data, r.version, "
            f"({_NEWEST}) AS is_active, {iso('r.created_at')} AS created_at, "
            f"{iso('r.updated_at')} AS updated_at FROM record r WHERE r.kind = 'setting'"
        ),
        "charging_sessions": (
            f"SELECT r.id AS session_id, {iso('r.at')} AS start_time, {_members(member, *_SESSION)}, "
            f"{_in_zloty(member, 'average_price')}, {_in_zloty(member, 'total_cost')}, "
            f"{member('status')} AS status, {iso('r.created_at')} AS created_at, r.at "
            f"FROM record r WHERE r.kind = 'charging_session' AND {_NEWEST}"
        ),
        "analytics_reports": (
            f"SELECT {_members(member, 'report_type', 'report_date', 'report_data')}, "
            f"{iso('r.created_at')} AS created_at FROM record r "
            f"WHERE r.kind = 'analytics_report' AND {_NEWEST}"
        ),
    }


_SESSION = (
    "end_time", "battery_soc_start", "battery_soc_end", "energy_charged_kwh",
    "average_price", "total_cost", "currency",
)  # fmt: skip


def _members(member: Callable[[str], str], *names: str) -> str:
    return ", ".join(f"{member(name)} AS {name}" for name in names)


def _in_zloty(member: Callable[[str], str], name: str) -> str:
    """The amount under its old name, which says złoty: null where the money is another."""
    return f"CASE WHEN {member('currency')} = 'PLN' THEN {member(name)} END AS {name}_pln"
