/** The servers of others that the engine is run against, and how to get them. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../base/entry.ts";
import { onPath } from "../bench/on-path.ts";
import { runInstaller, toolsBinaries, toolsFolder, toolsPath } from "../bench/cached-tools.ts";
import { nginxPath, startNginx } from "./nginx.ts";
import { startOther, type ServerRow } from "./other-server.ts";

const programs = join(packageRoot, "harness/proof/servers/programs");
const fastify = join(toolsFolder, "node_modules/fastify/fastify.js");
const python = join(toolsFolder, "python/bin/python");
const uvicorn = join(toolsFolder, "python/bin/uvicorn");
const netHttp = "net-http";
const asked = "`npm run proof:servers -- --install` gets it";

export const serverRows: readonly ServerRow[] = [
  {
    name: "nginx",
    unavailable: () => (nginxPath() === null ? `nginx is not installed; ${asked}` : null),
    install: () => runInstaller("apt-get", ["install", "-y", "-qq", "nginx-light"]),
    start: startNginx,
  },
  {
    name: "fastify",
    unavailable: () => (existsSync(fastify) ? null : `Fastify is not there; ${asked}`),
    install: () => runInstaller("npm", ["install", "--prefix", toolsFolder, "--no-audit", "--no-fund", "fastify@5.12.8"]),
    start: (core) => startOther(process.execPath, [join(programs, "fastify.mjs"), fastify], core),
  },
  {
    name: "go",
    unavailable: () => (onPath(netHttp, toolsPath()) === null ? `Go's server is not built; ${asked}` : null),
    install: () => runInstaller("go", ["build", "-o", join(toolsBinaries, netHttp), join(programs, "net-http.go")], packageRoot),
    start: (core) => startOther(onPath(netHttp, toolsPath()) ?? netHttp, [], core),
  },
  {
    name: "uvicorn",
    unavailable: () => (existsSync(uvicorn) ? null : `uvicorn is not there; ${asked}`),
    install: async () => {
      await runInstaller("python3", ["-m", "venv", join(toolsFolder, "python")]);
      await runInstaller(python, ["-m", "pip", "install", "--quiet", "uvicorn==0.54.0", "uvloop==0.23.0", "httptools==0.9.0"]);
    },
    start: (core) => startOther(python, [join(programs, "uvicorn_app.py")], core),
  },
];
