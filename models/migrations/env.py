"""Alembic's entry: runs the revisions on the connection that `service.migrate` hands over."""

from alembic import context

import models
from models.base import told_by_models

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=models.Row.metadata,
    render_as_batch=True,
    compare_type=True,
    include_name=told_by_models,
)
with context.begin_transaction():
    context.run_migrations()
