"""The API of the shop: takes orders, lists them, and says how it is."""

import http.server
import json
import os
import signal
import threading
import urllib.parse

import psycopg2
import redis

from database import Pool, Unavailable
from orders import Orders, WriteBehindOrders

LARGEST_PAGE = 1000


class Shop:
    def __init__(self):
        pool = Pool()
        write_behind = os.environ.get("ORDER_STORE") == "write-behind"
        self.orders = WriteBehindOrders(pool) if write_behind else Orders(pool)
        self.events = redis.Redis.from_url(os.environ["REDIS_URL"], socket_timeout=1, socket_connect_timeout=1)

    def take(self, order):
        reference, item, quantity = order.get("reference"), order.get("item"), order.get("quantity", 1)
        if not isinstance(reference, str) or not 0 < len(reference) <= 200 or not isinstance(item, str) or not isinstance(quantity, int) or quantity < 1:
            return 422, {"error": "reference, item and quantity are wanted"}
        self.orders.add(reference, item, quantity)
        try:
            self.events.rpush("packing", reference)
        except redis.RedisError as error:
            # The packer looks for orders that it was not told of.
            print(f"could not tell the packer: {error}")
        return 201, {"reference": reference, "status": "accepted"}

    def ready(self):
        found = {"database": self._state(self.orders.check), "cache": self._state(self.events.ping)}
        well = all(state == "ok" for state in found.values())
        return (200 if well else 503), {"status": "ok" if well else "unavailable", **found}

    @staticmethod
    def _state(check):
        try:
            check()
            return "ok"
        except (Unavailable, psycopg2.Error, redis.RedisError):
            return "unavailable"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 60
    shop = None

    def do_GET(self):
        place = urllib.parse.urlsplit(self.path)
        query = urllib.parse.parse_qs(place.query)
        self._answer(lambda: self._get(place.path, query))

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        self._answer(lambda: self._post(urllib.parse.urlsplit(self.path).path, body))

    def _get(self, path, query):
        if path == "/healthz":
            return 200, {"status": "ok"}
        if path == "/readyz":
            return self.shop.ready()
        if path == "/orders":
            limit = min(int(query.get("limit", ["50"])[0]), LARGEST_PAGE)
            items = self.shop.orders.after(int(query.get("after", ["0"])[0] or 0), limit)
            return 200, {"items": items, "next": items[-1]["id"] if len(items) == limit else None}
        if path.startswith("/orders/"):
            order = self.shop.orders.one(urllib.parse.unquote(path.removeprefix("/orders/")))
            return (200, order) if order else (404, {"error": "there is no such order"})
        return 404, {"error": "not found"}

    def _post(self, path, body):
        if path != "/orders":
            return 404, {"error": "not found"}
        order = json.loads(body)
        return self.shop.take(order) if isinstance(order, dict) else (422, {"error": "an object is wanted"})

    def _answer(self, act):
        try:
            status, body = act()
        except ValueError:
            status, body = 400, {"error": "this cannot be read"}
        except Unavailable:
            status, body = 503, {"error": "the shop is closed for a moment; nothing was stored"}
        except psycopg2.Error as error:
            print(f"{self.command} {self.path}: {error}")
            status, body = 500, {"error": "something went wrong"}
        data = json.dumps(body, default=str).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        """One line a request is too many."""


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


if __name__ == "__main__":
    Handler.shop = Shop()
    server = Server(("0.0.0.0", int(os.environ.get("PORT", "8000"))), Handler)
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    print("the shop is open")
    server.serve_forever()
