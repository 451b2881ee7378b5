"""What every part of a transaction shares: the connection, and the writes that repeat nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


class Transaction:
    """Holds the connection of one transaction. Made by Store.reading() and Store.writing(), used inside their block only."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
