"""Dates that an RFP's information documents name, offered for the RFP's own fields and never set by themselves."""

from collections.abc import Iterable
from typing import Any

from rfp_manager.tenders.date_roles import DateFound


def dates_to_json(found: Iterable[DateFound]) -> list[dict[str, Any]]:
    """What is kept of them with their document's summary."""
    return [
        {
            "role": row.role,
            "days": [day.isoformat() for day in row.mention.days],
            "time": row.mention.time.isoformat("minutes") if row.mention.time else "",
            "zone": row.mention.zone,
            "utc_offset": row.mention.utc_offset,
            "written": row.mention.written,
            "text": row.text,
            "quote": row.quote,
            "page": row.page,
            "block": row.block,
        }
        for row in found
    ]
