"""Where orders are kept. `Orders` writes each before it is acknowledged; `WriteBehindOrders` keeps them in memory for a moment and writes many at once."""

import threading
import time

import psycopg2
import psycopg2.extras

from database import Unavailable

INSERT = "INSERT INTO orders (reference, item, quantity) VALUES %s ON CONFLICT (reference) DO NOTHING"


class Orders:
    def __init__(self, pool):
        self._pool = pool

    def add(self, reference, item, quantity):
        """Raises Unavailable when nothing was stored; any other error leaves it open whether the order was."""
        with self._pool.connection() as connection:
            try:
                with connection.cursor() as cursor:
                    psycopg2.extras.execute_values(cursor, INSERT, [(reference, item, quantity)])
            except psycopg2.OperationalError as error:
                raise Unavailable(str(error)) from error
            connection.commit()

    def after(self, cursor_id, limit):
        return self._rows("SELECT id, reference, item, quantity, status FROM orders WHERE id > %s ORDER BY id LIMIT %s", (cursor_id, limit))

    def one(self, reference):
        rows = self._rows("SELECT id, reference, item, quantity, status FROM orders WHERE reference = %s", (reference,))
        return rows[0] if rows else None

    def check(self):
        self._rows("SELECT 1 AS one", ())

    def _rows(self, statement, values):
        with self._pool.connection() as connection:
            with connection.cursor(cursor_factory=psycopg2.extras.RealDictCursor) as cursor:
                cursor.execute(statement, values)
                rows = [dict(row) for row in cursor.fetchall()]
            connection.commit()
            return rows


class WriteBehindOrders(Orders):
    """Fewer commits, faster answers."""

    def __init__(self, pool, every=0.5):
        super().__init__(pool)
        self._waiting = []
        self._lock = threading.Lock()
        threading.Thread(target=self._write_for_ever, args=(every,), daemon=True).start()

    def add(self, reference, item, quantity):
        with self._lock:
            self._waiting.append((reference, item, quantity))

    def _write_for_ever(self, every):
        while True:
            time.sleep(every)
            with self._lock:
                batch, self._waiting = self._waiting, []
            if not batch:
                continue
            try:
                with self._pool.connection() as connection:
                    with connection.cursor() as cursor:
                        psycopg2.extras.execute_values(cursor, INSERT, batch)
                    connection.commit()
            except (Unavailable, psycopg2.Error) as error:
                print(f"could not write {len(batch)} orders: {error}")
