/** A server with processes of its own: one in its session, one that left it. What kills the server does not kill these. */

import { spawn } from "node:child_process";
import { createServer } from "node:http";

spawn("sleep", ["600"], { stdio: "ignore" });
spawn("sleep", ["600"], { stdio: "ignore", detached: true });
createServer((_, answer) => answer.end("{}")).listen(Number(process.env["PORT"]), "127.0.0.1");
