"""Cash documents, closings, remittances and mobile payments."""

from alembic import op

from central_server.storage.schema import money_statements

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Adds the tables of money."""
    connection = op.get_bind()
    for statement in money_statements(postgresql=connection.dialect.name == "postgresql"):
        connection.exec_driver_sql(statement)
