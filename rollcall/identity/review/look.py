"""Look at one pair: logged first, then shown."""

from psycopg import Connection

from rollcall.identity.review.pair import Pair, pairs
from rollcall.identity.review.queue import doubt
from rollcall.warehouse.access_log import log_access

ACTION = "review show"


def look(conn: Connection, review_id: int) -> Pair:
    """The pair of that number with both rows; the access is committed before they are returned. ReviewError as
    `queue.doubt`.
    """
    found = doubt(conn, review_id)
    log_access(conn, ACTION, found.subject_unit, 1, f"核对编号 {review_id} pair {review_id} in review")
    conn.commit()
    return pairs(conn, [found])[0]
