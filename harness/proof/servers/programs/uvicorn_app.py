"""uvicorn with uvloop and httptools for `proof:servers`: says its port, answers each route, counts what it answered. Ends with its input."""

import gzip
import json
import os
import socket
import sys
import threading

import uvicorn

BODY = json.dumps({"status": "ok", "items": [1, 2, 3]}).encode()
PACKED = gzip.compress(BODY * 100)
JSON = (b"content-type", b"application/json")
served = 0


def length(body):
    return (b"content-length", str(len(body)).encode())


async def app(scope, receive, send):
    global served
    if scope["type"] != "http":
        return
    path = scope["path"]
    if path == "/served":
        body = str(served).encode()
        await answer(send, 200, [length(body)], body)
        return
    served += 1
    more = True
    while more:
        more = (await receive()).get("more_body", False)
    if path == "/chunked":
        await send({"type": "http.response.start", "status": 200, "headers": [JSON]})
        for at in range(0, len(BODY), 10):
            await send({"type": "http.response.body", "body": BODY[at : at + 10], "more_body": True})
        await send({"type": "http.response.body", "body": b""})
    elif path == "/gzip":
        await answer(send, 200, [JSON, (b"content-encoding", b"gzip"), length(PACKED)], PACKED)
    elif path == "/empty":
        await answer(send, 204, [], b"")
    elif path == "/close":
        await answer(send, 200, [JSON, length(BODY), (b"connection", b"close")], BODY)
    else:
        await answer(send, 200, [JSON, length(BODY)], BODY)


async def answer(send, status, headers, body):
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def end_with_input():
    sys.stdin.read()
    os._exit(0)


listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(1024)
print(json.dumps({"port": listener.getsockname()[1]}), flush=True)
threading.Thread(target=end_with_input, daemon=True).start()
config = uvicorn.Config(app, loop="uvloop", http="httptools", lifespan="off", log_level="warning", access_log=False, timeout_keep_alive=1)
uvicorn.Server(config).run(sockets=[listener])
