#!/bin/sh
# Makes the database at the first start, then becomes the server. Known variables: POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB, POSTGRES_INITDB_ARGS;
# *.sql in /docker-entrypoint-initdb.d run once in the new database.
set -eu
[ "${1:-}" = postgres ] || exec "$@"

if [ "$(id -u)" = 0 ]; then
  mkdir -p "$PGDATA"
  chown postgres:postgres "$PGDATA"
  chmod 700 "$PGDATA"
  exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
fi

user=${POSTGRES_USER:-postgres}
database=${POSTGRES_DB:-$user}
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  : "${POSTGRES_PASSWORD:?must be set}"
  secret=$(mktemp)
  printf '%s\n' "$POSTGRES_PASSWORD" >"$secret"
  # Words of their own are what the variable is for.
  # shellcheck disable=SC2086
  initdb --username="$user" --pwfile="$secret" --auth-host=scram-sha-256 --auth-local=trust ${POSTGRES_INITDB_ARGS:-}
  rm -f "$secret"
  printf 'host all all all scram-sha-256\n' >>"$PGDATA/pg_hba.conf"
  # Nobody outside may think that it is ready before it is: for now it listens on its own socket only.
  pg_ctl --wait --silent -o "-c listen_addresses=''" start
  [ "$database" = postgres ] || createdb --username="$user" "$database"
  for file in /docker-entrypoint-initdb.d/*.sql; do
    [ ! -f "$file" ] || psql --quiet -v ON_ERROR_STOP=1 --username="$user" --dbname="$database" --file="$file"
  done
  pg_ctl --wait --silent -m fast stop
fi
shift
exec postgres -c listen_addresses='*' "$@"
