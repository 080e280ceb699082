"""Packs orders: those it is told of through Redis, and from time to time those that it was not told of."""

import os
import time

import psycopg2
import redis

LOOK_AROUND_SECONDS = 5


def pack(connection, reference):
    with connection, connection.cursor() as cursor:
        cursor.execute("UPDATE orders SET status = 'packed', packed_at = now() WHERE reference = %s AND status = 'accepted'", (reference,))


def pack_forgotten(connection):
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "UPDATE orders SET status = 'packed', packed_at = now() WHERE id IN (SELECT id FROM orders WHERE status = 'accepted' AND created_at < now() - interval '3 seconds' ORDER BY id LIMIT 500 FOR UPDATE SKIP LOCKED)"
        )


def work():
    """Until something breaks; then the caller begins again."""
    connection = psycopg2.connect(os.environ["DATABASE_URL"], connect_timeout=2, options="-c statement_timeout=3000", tcp_user_timeout=3000)
    try:
        events = redis.Redis.from_url(os.environ["REDIS_URL"], socket_timeout=3, socket_connect_timeout=1)
        looked = 0.0
        while True:
            if time.monotonic() - looked > LOOK_AROUND_SECONDS:
                pack_forgotten(connection)
                looked = time.monotonic()
            told = events.blpop("packing", timeout=1)
            if told is not None:
                pack(connection, told[1].decode())
    finally:
        connection.close()


if __name__ == "__main__":
    print("packing")
    while True:
        try:
            work()
        except (psycopg2.Error, redis.RedisError) as error:
            print(f"begins again: {error}")
            time.sleep(0.5)
