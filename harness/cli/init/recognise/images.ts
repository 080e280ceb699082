/** Images that many systems are made of: what runs in them, and the port inside. */

export interface KnownImage {
  readonly role: "postgres" | "redis" | "http" | "tcp";
  readonly port: number;
  /** For people who look after the system, not a part of it. */
  readonly isTool?: true;
}

/** By the last part of the image's name. */
const known: Readonly<Record<string, KnownImage>> = {
  ...each(["postgres", "postgresql", "postgis", "pgvector", "timescaledb", "timescaledb-ha", "paradedb", "citus", "alloydbomni", "pgvecto-rs"], { role: "postgres", port: 5432 }),
  ...each(["redis", "valkey", "redis-stack", "redis-stack-server", "keydb", "dragonfly"], { role: "redis", port: 6379 }),
  ...each(["mysql", "mariadb", "percona"], { role: "tcp", port: 3306 }),
  ...each(["mongo", "mongodb"], { role: "tcp", port: 27_017 }),
  ...each(["rabbitmq"], { role: "tcp", port: 5672 }),
  ...each(["kafka", "cp-kafka", "redpanda"], { role: "tcp", port: 9092 }),
  ...each(["zookeeper", "cp-zookeeper"], { role: "tcp", port: 2181 }),
  ...each(["memcached"], { role: "tcp", port: 11_211 }),
  ...each(["nats"], { role: "tcp", port: 4222 }),
  ...each(["pgbouncer", "pgcat", "pgpool"], { role: "tcp", port: 5432 }),
  ...each(["elasticsearch", "opensearch"], { role: "http", port: 9200 }),
  ...each(["meilisearch"], { role: "http", port: 7700 }),
  ...each(["qdrant"], { role: "http", port: 6333 }),
  ...each(["minio"], { role: "http", port: 9000 }),
  ...each(["ollama"], { role: "http", port: 11_434 }),
  ...each(["nginx", "nginx-unprivileged", "caddy", "httpd", "traefik", "haproxy"], { role: "http", port: 80 }),
  ...each(["adminer", "pgadmin4", "phpmyadmin", "dozzle"], { role: "http", port: 8080, isTool: true }),
  ...each(["redis-commander", "redisinsight", "flower"], { role: "http", port: 8081, isTool: true }),
  ...each(["grafana", "grafana-oss"], { role: "http", port: 3000, isTool: true }),
  ...each(["prometheus"], { role: "http", port: 9090, isTool: true }),
  ...each(["postgres-exporter", "postgres_exporter"], { role: "http", port: 9187, isTool: true }),
  ...each(["redis_exporter"], { role: "http", port: 9121, isTool: true }),
  ...each(["cadvisor", "portainer-ce", "portainer"], { role: "http", port: 9000, isTool: true }),
  ...each(["jaeger", "all-in-one", "zipkin"], { role: "http", port: 16_686, isTool: true }),
  ...each(["loki"], { role: "http", port: 3100, isTool: true }),
  ...each(["opentelemetry-collector", "opentelemetry-collector-contrib"], { role: "http", port: 4318, isTool: true }),
  ...each(["mailhog", "mailpit", "maildev"], { role: "tcp", port: 1025, isTool: true }),
};

function each(names: readonly string[], image: KnownImage): Record<string, KnownImage> {
  return Object.fromEntries(names.map((name) => [name, image]));
}

/** "registry.example:5000/team/postgres:15-alpine@sha256:…" is "postgres". */
export function imageName(image: string): string {
  const path = image.split("@")[0] ?? "";
  return (path.split("/").at(-1) ?? "").split(":")[0] ?? "";
}

export function knownImage(image: string | null): KnownImage | null {
  if (image === null) return null;
  const name = imageName(image).toLowerCase();
  if (name === "postgres" && /(?:^|\/)supabase\//.test(image)) return { role: "postgres", port: 5432 };
  return Object.hasOwn(known, name) ? (known[name] ?? null) : null;
}
