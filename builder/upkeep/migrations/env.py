"""What Alembic runs: the migrations, on the connection that `upkeep.schema` hands in, in its transaction."""

from alembic import context

from builder.upkeep import comparing

context.configure(connection=context.config.attributes["connection"], **comparing.OPTIONS)
context.run_migrations()
