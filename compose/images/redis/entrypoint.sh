#!/bin/sh
# `redis-server …`, or options alone (`--appendonly yes`): a server without root's rights, which answers the container's network.
set -eu
case "${1:-}" in
  -*) set -- redis-server "$@" ;;
esac
[ "${1:-}" = redis-server ] || exec "$@"
[ "$(id -u)" != 0 ] || {
  chown redis:redis .
  exec setpriv --reuid=redis --regid=redis --init-groups "$0" "$@"
}
shift
# Only the network of its stack reaches it, and what the user says comes last and counts.
exec redis-server --protected-mode no "$@"
