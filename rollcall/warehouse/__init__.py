"""The warehouse: settings, secrets, the embedded PostgreSQL, connections, migrations, the feeds' tables."""
