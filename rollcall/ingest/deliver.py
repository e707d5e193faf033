"""Take deliveries from the ledger to their verdict: read, stage, gate, file."""

import logging
from collections import deque
from dataclasses import asdict, dataclass
from datetime import date, datetime

from psycopg import Connection
from psycopg.errors import DataError

from rollcall.contracts.load import contract as contract_of
from rollcall.contracts.model import Contract
from rollcall.ingest import archive, ledger, rewind
from rollcall.ingest.alone import alone, undisturbed
from rollcall.ingest.broken import DeliveryBroken
from rollcall.ingest.data_docs import write_gate_page, write_reader_page
from rollcall.ingest.filing import file, record_outcomes, record_sections
from rollcall.ingest.gate import Gated, count_rows, gate
from rollcall.ingest.judge import Judgement, judge, reason, recall
from rollcall.ingest.ledger import Delivery
from rollcall.ingest.read import Reading, ReadRefused, read_file
from rollcall.ingest.read.reading import mask
from rollcall.ingest.reference import Reference, believed_from, reference_of
from rollcall.ingest.stage import Staged, drop, stage
from rollcall.warehouse.boundary import reached
from rollcall.warehouse.connect import connect
from rollcall.warehouse.history import ensure_partition
from rollcall.warehouse.migrate import ensure_new_history
from rollcall.warehouse.stillness import write_history

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Outcome:
    """What became of a delivery. No personal data: fit for a log or an XCom."""

    delivery_id: int
    feed: str
    sender: str
    business_date: date
    verdict: str
    n_read: int | None = None
    n_rejected: int | None = None


def deliver(delivery_ids: list[int]) -> list[Outcome]:
    """Decide these deliveries, in order, and whatever must be filed again because of them.

    A delivery already decided is left alone. One that breaks our own code does not stop the others: the first such
    error is raised at the end, and the delivery stays undecided for the next run.
    """
    outcomes, broken = [], []
    queue = deque(delivery_ids)
    with connect("pipeline", autocommit=True) as conn:
        ensure_new_history(conn)
        while queue:
            delivery_id = queue.popleft()
            try:
                outcome, again = _deliver_one(conn, delivery_id)
            except Exception as error:
                if conn.closed:
                    raise DeliveryBroken(delivery_id, error) from None
                # The type alone: a database error may quote the row.
                log.error("delivery %s broke: %s", delivery_id, type(error).__name__)
                broken.append(DeliveryBroken(delivery_id, error))
                continue
            outcomes.append(outcome)
            queue.extendleft(reversed(again))
    if broken:
        raise broken[0]
    return outcomes


def _deliver_one(conn: Connection, delivery_id: int) -> tuple[Outcome, list[int]]:
    """Decide one delivery. Also returns the ids of deliveries taken back, to be decided next."""
    delivery = ledger.get(conn, delivery_id)
    contract = contract_of(delivery.feed)
    with alone(conn, delivery.feed, delivery.sender), undisturbed(conn, contract, delivery.sender):
        delivery = ledger.get(conn, delivery_id)
        if delivery.verdict not in ("pending", "waiting"):
            return _outcome(conn, delivery_id), []
        in_force = max(ledger.same_slot(conn, delivery), key=lambda other: other.rank, default=None)
        if in_force and in_force.sha256 == delivery.sha256:
            with conn.transaction():
                write_history(conn)
                # It may have been judged already, when it was taken before its twin.
                rewind.forget_verdict(conn, [delivery_id])
                ledger.decide(conn, delivery_id, "duplicate", reasons=[reason("duplicate")])
            return _outcome(conn, delivery_id), []
        reference = reference_of(conn, contract, delivery)
        if reference.missing:
            ledger.decide(conn, delivery_id, "waiting", reasons=[reason("reference_missing", value=reference.missing)])
            return _outcome(conn, delivery_id), []
        again = _read_and_file(conn, contract, delivery, reference)
        return _outcome(conn, delivery_id), again


def _read_and_file(conn: Connection, contract: Contract, delivery: Delivery, reference: Reference) -> list[int]:
    try:
        with archive.unpacked(delivery.sha256) as path:
            reading = read_file(path, contract, delivery.file_name)
        if reading.faults:
            raise ReadRefused(reading.faults)
        staged = stage(conn, delivery.delivery_id, reading.table, contract)
    except ReadRefused as refused:
        return _refuse_unread(conn, delivery, [asdict(fault) for fault in refused.faults])
    except DataError:
        # Text that PostgreSQL cannot hold at all (a NUL character).
        return _refuse_unread(conn, delivery, [reason("encoding_unreadable")])
    if contract.history == "events":
        ensure_partition(conn, delivery.feed, delivery.business_date)
    gated = None if delivery.is_judged else gate(staged, delivery.feed, _facts(delivery, reading, reference.known_at))
    reached("gated")
    with conn.transaction():
        write_history(conn)
        if count_rows(conn, staged) != reading.n_rows:
            raise RuntimeError(f"stage table of delivery {delivery.delivery_id} is not whole; it will be staged again")
        if gated is None:
            again = _file(conn, contract, delivery, staged, recall(conn, delivery.delivery_id), reference)
        else:
            again = _judge_and_file(conn, contract, delivery, reading, staged, gated, reference)
        drop(conn, staged)
    reached("filed")
    return again


def _refuse_unread(conn: Connection, delivery: Delivery, reasons: list[dict]) -> list[int]:
    docs = write_reader_page(delivery, reasons)
    ledger.decide(conn, delivery.delivery_id, "refused", reasons=reasons, data_docs=docs)
    return []


def _judge_and_file(
    conn: Connection,
    contract: Contract,
    delivery: Delivery,
    reading: Reading,
    staged: Staged,
    gated: Gated,
    reference: Reference,
) -> list[int]:
    judgement = judge(conn, staged, contract, gated.findings)
    record_outcomes(conn, delivery, gated.outcomes, judgement.n_unexpected)
    if contract.section:
        record_sections(conn, delivery, judgement)
    reasons = list(judgement.reasons)
    if reading.unknown_headers:
        # A header may be anything, a name too.
        reasons.append(reason("header_unknown", value="、".join(map(mask, reading.unknown_headers))))
    facts = {
        "reasons": reasons,
        "container": reading.container,
        "encoding": reading.encoding,
        "n_read": reading.n_rows,
    }
    if judgement.is_refused:
        docs = write_gate_page(delivery, gated, judgement)
        ledger.decide(conn, delivery.delivery_id, "refused", data_docs=docs, **facts)
        return []
    n_rejected = sum(judgement.rejected.values())
    facts |= {"n_accepted": reading.n_rows - n_rejected, "n_rejected": n_rejected}
    return _file(conn, contract, delivery, staged, judgement, reference, **facts)


def _file(
    conn: Connection,
    contract: Contract,
    delivery: Delivery,
    staged: Staged,
    judgement: Judgement,
    reference: Reference,
    **facts,
) -> list[int]:
    """File in the order of receipt: what was filed out of turn is taken back, and its ids are returned."""
    later = rewind.filed_after(conn, delivery)
    rewind.unfile(conn, later)
    file(conn, contract, delivery, staged, judgement, believed_from(conn, contract, delivery, reference))
    ledger.decide(conn, delivery.delivery_id, "accepted", **facts)
    ledger.mark_in_force(conn, delivery)
    return [other.delivery_id for other in later]


def _facts(delivery: Delivery, reading: Reading, known_at: datetime) -> dict:
    return {
        "sender": delivery.sender,
        "business_date": delivery.business_date,
        "known_at": known_at,
        "manifest_rows": (delivery.manifest or {}).get("n_rows"),
        "declared_total": reading.total_declared,
        "n_read": reading.n_rows,
    }


def _outcome(conn: Connection, delivery_id: int) -> Outcome:
    return Outcome(
        *conn.execute(
            """select delivery_id, feed, sender, business_date, verdict, n_read, n_rejected
            from ops.delivery where delivery_id = %s""",
            (delivery_id,),
        ).fetchone()
    )
