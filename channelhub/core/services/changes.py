"""From which moment a reader of changes has to ask again, so that it misses nothing."""

from datetime import datetime, timedelta

from django.db import connection

from channelhub.core.services.fence import unfenced

# A transaction's start is taken a moment before other sessions can see it.
MARGIN = timedelta(seconds=1)


def next_since() -> datetime:
    """The start of the oldest running transaction: what is not yet visible now carries this time or a later one.

    Read it *before* the rows: whatever ran then and commits later is found by asking from here. Read by the owner,
    because the dealer's role sees no times of other sessions.
    """
    with unfenced(), connection.cursor() as cursor:
        # The view is a snapshot of the transaction's first look: forget an earlier one.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT least(now(), min(xact_start)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND backend_type = 'client backend'",
        )
        return cursor.fetchone()[0] - MARGIN
