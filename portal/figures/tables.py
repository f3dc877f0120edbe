"""How figures are stored: a row for each figure and label, some dozens in all."""

from sqlmodel import Field

from portal.kernel.storage.columns import Row


class Figure(Row, table=True):
    """How often something happened, in all processes together; `label` is a word of ours, never somebody's."""

    __tablename__ = "figure"

    name: str = Field(primary_key=True)
    label: str = Field(primary_key=True)
    value: float
