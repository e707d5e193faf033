"""Which relations of a published schema could be read past a reader's tier."""

from psycopg import Connection


def unprotected(conn: Connection, schema: str = "marts") -> list[str]:
    """Tables without row-level security and a policy for the analysts, views that do not check as their
    reader.

    Every table counts, with units or without: dbt gives each of them its policy.
    """
    rows = conn.execute(
        """select c.relname
        from pg_class as c
        where c.relnamespace = to_regnamespace(%s) and c.relkind in ('r', 'p', 'v', 'm', 'f')
            and not case
                when c.relkind in ('r', 'p') then c.relrowsecurity and exists (
                    select from pg_policy as p
                    where p.polrelid = c.oid and p.polcmd in ('r', '*')
                        and 'rollcall_analyst'::regrole = any(p.polroles)
                )
                when c.relkind = 'v' then coalesce('security_invoker=true' = any(c.reloptions), false)
                else false
            end
        order by 1""",
        (schema,),
    )
    return [name for (name,) in rows]
