/** A compose model as compose itself answers it, small and with one of each thing that matters. */

import { targetSchema, type Target, type TargetInput } from "../../../scenario/target/target.ts";
import { readComposeModel, type ComposeModel } from "./model.ts";

type Services = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const db = { image: "db:1", container_name: "my-db", ports: [{ mode: "ingress", host_ip: "127.0.0.1", target: 5432, published: "15432", protocol: "tcp" }], networks: { back: { aliases: ["database"] } } };
const volumes = [{ type: "volume", source: "data", target: "/data", volume: {} }];

export const shop: Services = {
  db: { ...db, volumes, restart: "always", environment: { POSTGRES_PASSWORD: "a$$b" } },
  api: { image: "api:1", command: null, entrypoint: null, environment: { DATABASE_URL: "postgres://a:b@db:5432/x", MAIL: "http://mail:8080/send" }, expose: ["8080"], networks: { front: null, back: null }, links: ["db:old"] },
  worker: { build: { context: "/shop/worker" }, environment: { API: "http://api:8080" }, networks: { back: null, front: null }, deploy: { replicas: 2 } },
  mail: { image: "mail:1", networks: { front: null } },
  sidecar: { image: "sidecar:1", network_mode: "service:api", expose: ["9100"] },
};

/** `extra`: more fields of the model's root. */
export function modelOf(services: Services = shop, extra: Readonly<Record<string, unknown>> = {}): ComposeModel {
  const networks = { front: { name: "shop_front", ipam: {} }, back: { name: "shop_back", ipam: {} } };
  return readComposeModel(JSON.stringify({ name: "shop", services, networks, volumes: { data: { name: "shop_data" } }, ...extra }));
}

export function shopTarget(change: Partial<TargetInput> = {}): Target {
  return targetSchema.parse({
    name: "shop",
    title: "Shop",
    compose: { files: ["docker-compose.yml"] },
    nodes: {
      database: { kind: "postgres", service: "db" },
      api: { kind: "container", ports: { main: 8080 }, ready: { by: "http", path: "/health" } },
      worker: { kind: "container" },
    },
    links: { "api-db": { from: "api", to: "database" }, "worker-db": { from: "worker", to: "database" } },
    ...change,
  });
}
