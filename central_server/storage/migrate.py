"""Bringing a database to this version: Alembic's numbered steps, forward only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.pool import NullPool

from central_server.problems import Problem

_STEPS = Path(__file__).parent / "migrations"


def migrate(url: str) -> None:
    """Makes or upgrades the tables of a database. Raises Problem: newer_centre for one of a later version, storage_unreachable."""
    engine = _engine(url)
    config = Config()
    config.set_main_option("script_location", str(_STEPS))
    steps = ScriptDirectory.from_config(config)
    try:
        with engine.begin() as connection:
            at = MigrationContext.configure(connection).get_current_revision()
            if at is not None and at not in {step.revision for step in steps.walk_revisions()}:
                raise Problem("newer_centre")
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except sa.exc.OperationalError as error:
        raise Problem("storage_unreachable") from error
    finally:
        engine.dispose()


def newest_step() -> str:
    """Name of the last of this version's steps."""
    config = Config()
    config.set_main_option("script_location", str(_STEPS))
    return str(ScriptDirectory.from_config(config).get_current_head())


def _engine(url: str) -> sa.Engine:
    if url.startswith("sqlite:"):
        from sqlcipher3 import dbapi2

        module: Any = dbapi2
        return sa.create_engine(url, module=module, poolclass=NullPool)
    return sa.create_engine("postgresql+psycopg://" + url.partition("://")[2], poolclass=NullPool)
