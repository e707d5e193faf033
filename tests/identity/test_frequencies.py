"""How frequent a name is, is counted once for a version of the model and a size of the register."""

from rollcall.identity.match import ensure_term_frequencies
from rollcall.warehouse.connect import connect

VERSION = "test-frequencies"


def test_the_first_districts_register_does_not_speak_for_the_municipality(warehouse):
    with connect("pipeline", autocommit=True) as conn:
        conn.execute("create schema frequencies_work")
        conn.execute("create table frequencies_work.int_key_children (plain text)")

        def counted(n: int) -> tuple[int, float | None]:
            """Of a register of n children, every fifth 王一, in turn: the size used, and the share of that name."""
            conn.execute("truncate frequencies_work.int_key_children")
            conn.execute(
                """insert into frequencies_work.int_key_children
                select case when i %% 5 = 0 then '王一' else '甲' || i end from generate_series(1, %s) as i""",
                (n,),
            )
            used = ensure_term_frequencies(conn, "frequencies_work", VERSION)
            found = conn.execute(
                """select share from identity.term_frequency
                inner join identity.model using (model_version, size_class)
                where model_version = %s and n_children = %s and plain = '王一'""",
                (VERSION, used),
            ).fetchone()
            return used, found and found[0]

        try:
            assert counted(0) == (1, None)
            assert counted(100) == (100, 0.2)
            assert counted(104) == (100, 0.2)
            assert counted(1000) == (1000, 0.2)
            # Published once more as of the first day: by what was counted then.
            assert counted(104) == (100, 0.2)
        finally:
            conn.execute("drop schema frequencies_work cascade")
            conn.execute("delete from identity.term_frequency where model_version = %s", (VERSION,))
            conn.execute("delete from identity.model where model_version = %s", (VERSION,))
