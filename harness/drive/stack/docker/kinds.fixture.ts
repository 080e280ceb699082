/** A compose project with one of each thing that compose files have: several files, a profile, names, links, secrets, builds, replicas, shared networks, ways out. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { targetSchema, type Target } from "../../../scenario/target/target.ts";

/** busybox looks names up by itself; what it is linked with cannot, where there is nothing but it. */
const read = "at=$$(nslookup -type=a $$CALLED | sed -n 's/^Address: //p' | tail -1); busybox timeout 1 busybox wget -q -O - http://$$at:$$PORT/ || echo failed; sleep 0.2";

const common = `
services:
  reader:
    image: \${BUSYBOX}
    command: ["sh", "-c", "while true; do ${read}; done"]
    environment: { CALLED: nobody, PORT: "7000" }
    networks: [back]
`;

const base = `
x-store: &store
  image: \${BUSYBOX}
  networks: { back: { aliases: [warehouse] } }
  healthcheck: { test: ["CMD", "busybox", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1:7000/"], interval: 1s, retries: 20 }
services:
  store:
    <<: *store
    container_name: the-store
    command: ["sh", "-c", "mkdir -p /data && echo \${GREETING} > /data/index.html && exec httpd -f -p 7000 -h /data"]
    volumes: ["data:/data", "/scratch", "kept:/kept"]
    ports: ["7000:7000", "127.0.0.1:17000:7001/udp"]
    restart: always
  queue:
    <<: *store
    networks: [back]
    command: ["sh", "-c", "mkdir -p /data && echo queued > /data/index.html && exec httpd -f -p 7000 -h /data"]
  api:
    build: { context: ./api, args: { BASE: "\${BUSYBOX}" } }
    command: ["sh", "-c", "mkdir -p /www && cat /page.html /run/secrets/word /run/secrets/spoken /greeting | tr '\\\\n' ' ' > /www/index.html; httpd -p 8080 -h /www; while true; do ${read}; done"]
    env_file: [api.env]
    environment: [CALLED=old-name]
    secrets: [word, spoken]
    configs: [{ source: greeting, target: /greeting }]
    links: ["store:old-name"]
    networks: [back, front]
    depends_on:
      store: { condition: service_healthy }
      mail: { condition: service_started, required: false }
    expose: [8080]
    deploy: { resources: { limits: { cpus: "\${CPUS}", memory: "\${MEMORY}" } } }
  mail: { image: nowhere.invalid/mail, profiles: ["off"], networks: [front] }
  visitor: { extends: { file: common.yaml, service: reader }, profiles: [on], environment: { CALLED: the-store }, depends_on: { queue: { condition: service_healthy } } }
secrets: { word: { file: ./word.txt }, spoken: { environment: SPOKEN } }
configs: { greeting: { content: "from \${GREETING}" } }
networks: { back: , front: { name: the-front } }
volumes: { data: { name: the-data }, kept: { external: true, name: "\${KEPT}" } }
`;

const more = `
services:
  worker: { extends: { file: common.yaml, service: reader }, environment: { CALLED: warehouse }, deploy: { replicas: 2 } }
  runner: { extends: { file: common.yaml, service: reader }, environment: { CALLED: queue, QUEUE_URL: "http://queue:7000/" }, scale: 1 }
  sidecar:
    image: \${BUSYBOX}
    network_mode: service:api
    command: ["sh", "-c", "while true; do busybox wget -q -O - http://127.0.0.1:8080/ || echo failed; echo; sleep 0.2; done"]
  guest: { extends: { file: common.yaml, service: reader }, environment: { CALLED: host.docker.internal, PORT: "\${OUTSIDE}" }, extra_hosts: ["host.docker.internal:host-gateway"] }
  prisoner:
    extends: { file: common.yaml, service: reader }
    extra_hosts: ["host.docker.internal:host-gateway"]
    command:
      - sh
      - -c
      - "own=$$(tail -1 /etc/hosts | busybox cut -f1); machine=$$(sed -n 's/[[:space:]]*host.docker.internal$$//p' /etc/hosts); for at in $$machine $\${own%.*}.1 \${ADDRESSES}; do busybox timeout 1 busybox wget -q -O - http://$$at:\${OUTSIDE}/ && echo reached $$at; done; echo tried $$machine; sleep 600"
`;

/** Of them all in the order of `-f`; what they extend is not among them. */
const files = ["compose.yaml", "compose.more.yaml"];

export function writeKinds(folder: string): void {
  mkdirSync(join(folder, "api"));
  const texts = { "compose.yaml": base, "compose.more.yaml": more, "common.yaml": common, "word.txt": "whispered\n", "api.env": "PORT=7000\n", "run.env": 'GREETING=hello\nSPOKEN="aloud "\n' };
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, name), text);
  writeFileSync(join(folder, "api/Dockerfile"), "ARG BASE\nFROM $BASE\nCOPY page.html /page.html\n");
  writeFileSync(join(folder, "api/page.html"), "built\n");
}

export const kindsTarget: Target = targetSchema.parse({
  name: "kinds",
  title: "Kinds",
  compose: { files, profiles: ["on"], envFiles: ["run.env"] },
  nodes: {
    shelf: { kind: "container", service: "store", ports: { main: 7000 }, ready: { by: "http", path: "/" } },
    api: { kind: "container", ports: { main: 8080 } },
    worker: { kind: "container" },
    visitor: { kind: "container" },
    runner: { kind: "container" },
  },
  links: { "worker-shelf": { from: "worker", to: "shelf" }, "visitor-shelf": { from: "visitor", to: "shelf" } },
});
