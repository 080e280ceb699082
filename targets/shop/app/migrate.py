"""Brings the database to the present schema, and ends."""

import os
import pathlib

import psycopg2

if __name__ == "__main__":
    schema = pathlib.Path(__file__).with_name("schema.sql").read_text()
    connection = psycopg2.connect(os.environ["DATABASE_URL"], connect_timeout=10)
    with connection, connection.cursor() as cursor:
        cursor.execute(schema)
    connection.close()
    print("the schema is there")
