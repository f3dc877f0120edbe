"""Run migrations over the connection that the portal hands in; there is no alembic.ini to keep secrets in."""

from alembic import context

from portal import schema
from portal.schema import roles


def render_item(kind: str, item: object, autogen_context: object) -> str | bool:  # noqa: ARG001 - alembic's interface
    """Write SQLModel's own string type as what it is in the database."""
    return "sa.String()" if kind == "type" and type(item).__name__ == "AutoString" else False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=schema.metadata,
    render_item=render_item,
    compare_type=True,
    compare_server_default=True,
    user_module_prefix="columns.",
)
with context.begin_transaction():
    had_roles = roles.lift(connection)  # a column cannot go while a policy names it
    context.run_migrations()
    if had_roles:
        roles.lay(connection, is_older=context.config.attributes["goes_back"])
