"""Connections to PostgreSQL: a small pool, each asked whether it still lives before it is used."""

import contextlib
import os
import queue

import psycopg2


class Unavailable(Exception):
    """There is no database to be had. Nothing was stored."""


class Pool:
    def __init__(self, size=8):
        self._idle = queue.LifoQueue()
        self._slots = queue.Queue()
        for _ in range(size):
            self._slots.put(None)

    @contextlib.contextmanager
    def connection(self):
        """One connection, given back when it was used without an error."""
        try:
            self._slots.get(timeout=2)
        except queue.Empty:
            raise Unavailable("all connections are in use") from None
        try:
            connection = self._living() or _connect()
            try:
                yield connection
            except BaseException:
                _close(connection)
                raise
            self._idle.put(connection)
        finally:
            self._slots.put(None)

    def _living(self):
        while True:
            try:
                connection = self._idle.get_nowait()
            except queue.Empty:
                return None
            try:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT 1")
                connection.rollback()
                return connection
            except psycopg2.Error:
                _close(connection)


def _connect():
    options = "-c statement_timeout=3000"
    keepalive = {"keepalives": 1, "keepalives_idle": 2, "keepalives_interval": 1, "keepalives_count": 2, "tcp_user_timeout": 3000}
    try:
        return psycopg2.connect(os.environ["DATABASE_URL"], connect_timeout=2, options=options, **keepalive)
    except psycopg2.OperationalError as error:
        raise Unavailable(str(error)) from error


def _close(connection):
    with contextlib.suppress(psycopg2.Error):
        connection.close()
