#!/bin/sh
# Makes the database at the first start, then becomes the server. Known variables: POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB, POSTGRES_INITDB_ARGS;
# *.sql in /docker-entrypoint-initdb.d run once in the new database.
set -eu
[ "${1:-}" = postgres ] || exec "$@"

volume=$(dirname "$PGDATA")
if [ "$(id -u)" = 0 ]; then
  chown postgres:postgres "$volume"
  exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
fi

user=${POSTGRES_USER:-postgres}
database=${POSTGRES_DB:-$user}
if [ ! -d "$PGDATA" ]; then
  : "${POSTGRES_PASSWORD:?must be set}"
  # It gets its name when it is whole: a container that is killed here begins anew, and never serves half a database.
  making=$PGDATA.making
  rm -rf "$making"
  secret=$(mktemp)
  printf '%s\n' "$POSTGRES_PASSWORD" >"$secret"
  # Without a sync: what a loss of power takes now is an empty database that is seconds old. The arguments are to be split into words.
  # shellcheck disable=SC2086
  initdb --no-sync --pgdata="$making" --username="$user" --pwfile="$secret" --auth-host=scram-sha-256 --auth-local=trust ${POSTGRES_INITDB_ARGS:-} >/dev/null
  rm -f "$secret"
  printf 'host all all all scram-sha-256\n' >>"$making/pg_hba.conf"
  [ "$database" = postgres ] || printf 'CREATE DATABASE "%s"\n' "$database" | postgres --single -j -D "$making" postgres >/dev/null
  # Nobody outside may think that it is ready before it is: this server has its own socket only.
  for file in /docker-entrypoint-initdb.d/*.sql; do
    [ -f "$file" ] || continue
    [ -f "$making/postmaster.pid" ] || pg_ctl --pgdata="$making" --wait --silent -o "-c listen_addresses=''" start
    psql --quiet -v ON_ERROR_STOP=1 --username="$user" --dbname="$database" --file="$file"
  done
  [ ! -f "$making/postmaster.pid" ] || pg_ctl --pgdata="$making" --wait --silent -m fast stop
  mv "$making" "$PGDATA"
fi
shift
exec postgres -c listen_addresses='*' "$@"
