"""The first centre."""

from alembic import op

from central_server.storage.schema import statements

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Makes every table."""
    connection = op.get_bind()
    for statement in statements(postgresql=connection.dialect.name == "postgresql"):
        connection.exec_driver_sql(statement)
