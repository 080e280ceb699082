/** Compose files as teams write them, each with what has to be told from it. One row a project; `files` are by path from its folder. */

export interface ComposeCase {
  readonly title: string;
  readonly files: Readonly<Record<string, string>>;
  /** With `-f`; the only file when left out. */
  readonly use?: readonly string[];
  readonly profiles?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** "role", or "role port", or "role port /health"; a tool has a "?" in front. */
  readonly parts: Readonly<Record<string, string>>;
  /** "client > server". */
  readonly pairs: readonly string[];
  readonly door: string | null;
  readonly leftOut?: readonly string[];
  readonly missing?: readonly string[];
}

const plain: ComposeCase = {
  title: "an API, a database, a cache; short forms, lists",
  files: {
    "docker-compose.yml": `
version: "3.8"
services:
  db:
    image: postgres:15
    environment:
      - POSTGRES_PASSWORD=secret
      - POSTGRES_USER=postgres
  cache: { image: "redis:7-alpine" }
  api:
    build: ./api
    ports: ["127.0.0.1:8080:8000"]
    environment:
      - DATABASE_URL=postgresql://postgres:secret@db:5432/postgres
      - REDIS_URL=redis://cache:6379/0
    depends_on: [db, cache]
    healthcheck:
      test: ["CMD", "curl", "-fsS", "http://localhost:8000/healthz"]
`,
  },
  parts: { db: "postgres 5432", cache: "redis 6379", api: "http 8000 /healthz" },
  pairs: ["api > db", "api > cache"],
  door: "api",
};

const anchors: ComposeCase = {
  title: "anchors and merge keys, a profile, an init job, many processes of one image",
  files: {
    "docker-compose.yaml": `
x-airflow-common: &airflow-common
  image: \${AIRFLOW_IMAGE_NAME:-apache/airflow:2.9.2}
  environment: &airflow-common-env
    AIRFLOW__CORE__EXECUTOR: CeleryExecutor
    AIRFLOW__DATABASE__SQL_ALCHEMY_CONN: postgresql+psycopg2://airflow:airflow@postgres/airflow
    AIRFLOW__CELERY__BROKER_URL: redis://:@redis:6379/0
  depends_on: &airflow-common-depends-on
    redis: { condition: service_healthy }
    postgres: { condition: service_healthy }
services:
  postgres:
    image: postgres:13
    healthcheck: { test: ["CMD", "pg_isready", "-U", "airflow"], interval: 10s }
    volumes: ["postgres-db-volume:/var/lib/postgresql/data"]
    restart: always
  redis:
    image: redis:7.2-bookworm
    expose: [6379]
    healthcheck: { test: ["CMD", "redis-cli", "ping"] }
  webserver:
    <<: *airflow-common
    command: webserver
    ports: ["8080:8080"]
    healthcheck: { test: ["CMD", "curl", "--fail", "http://localhost:8080/health"] }
    depends_on:
      <<: *airflow-common-depends-on
      airflow-init: { condition: service_completed_successfully }
  scheduler:
    <<: *airflow-common
    command: scheduler
  worker:
    <<: *airflow-common
    command: celery worker
    environment:
      <<: *airflow-common-env
      DUMB_INIT_SETSID: "0"
    healthcheck:
      test: ["CMD-SHELL", 'celery --app airflow.executors inspect ping -d "celery@$\${HOSTNAME}"']
  airflow-init:
    <<: *airflow-common
    entrypoint: /bin/bash
    command: ["-c", "airflow db migrate"]
  flower:
    <<: *airflow-common
    command: celery flower
    profiles: [flower]
    ports: ["5555:5555"]
volumes:
  postgres-db-volume:
`,
  },
  parts: { postgres: "postgres 5432", redis: "redis 6379", webserver: "http 8080 /health", scheduler: "worker", worker: "worker", "airflow-init": "task" },
  pairs: ["webserver > postgres", "webserver > redis", "scheduler > postgres", "scheduler > redis", "worker > postgres", "worker > redis"],
  door: "webserver",
  leftOut: ["flower"],
};

const extending: ComposeCase = {
  title: "extends, in the same file and another; variables from env files",
  files: {
    "compose.yaml": `
services:
  web:
    extends: { file: common/base.yml, service: app }
    command: bundle exec puma -p 3000
    ports: ["3000"]
    environment: { PORT: 3000 }
  sidekiq:
    extends: { service: web }
    command: bundle exec sidekiq
    ports: !reset []
    depends_on: [db]
  db: { image: postgis/postgis:16-3.4 }
  valkey: { image: valkey/valkey:8 }
`,
    "common/base.yml": `
services:
  app:
    build: ..
    env_file: [app.env, { path: missing.env, required: false }]
    depends_on: [valkey]
    volumes: ["./assets:/assets:ro", "./log:/log"]
    environment:
      REDIS_URL:
`,
    "common/app.env": `# what both need
export DATABASE_URL="postgres://rails:\${DB_PASSWORD}@db/shop"
DB_PASSWORD='a # b'
`,
    ".env": "REDIS_URL=redis://valkey:6379/1\n",
  },
  parts: { web: "http 3000", sidekiq: "worker", db: "postgres 5432", valkey: "redis 6379" },
  pairs: ["web > valkey", "web > db", "sidekiq > valkey", "sidekiq > db"],
  door: "web",
};

const layered: ComposeCase = {
  title: "three files over one another: a port moved, a command replaced, a list reset",
  use: ["docker-compose.yml", "docker-compose.override.yml", "docker-compose.ci.yml"],
  files: {
    "docker-compose.yml": `
services:
  database: { image: "postgres:\${PG_VERSION:?which PostgreSQL}" }
  orders:
    image: shop/orders
    command: ["serve", "--db", "database:5432"]
    ports: ["8080:8080"]
    depends_on: { database: { condition: service_started } }
`,
    "docker-compose.override.yml": `
services:
  orders:
    build: { context: . }
    ports: !override ["9090:9090"]
    volumes: [".:/app"]
`,
    "docker-compose.ci.yml": `
services:
  orders:
    command: serve --metrics
    healthcheck: { test: "wget -qO- localhost:9090/ready || exit 1" }
  adminer: { image: adminer, ports: ["8081:8080"] }
`,
  },
  parts: { database: "postgres 5432", orders: "http 9090 /ready", adminer: "?http 8080" },
  pairs: ["orders > database"],
  door: "orders",
  missing: ["PG_VERSION"],
};

const apart: ComposeCase = {
  title: "a further file in a folder of its own, whose paths start where those of the first do",
  use: ["docker-compose.yml", "deploy/docker-compose.test.yml"],
  files: {
    "docker-compose.yml": "services:\n  web: { image: shop/web, environment: { PORT: 7001 } }\n  store: { image: redis }\n",
    "deploy/docker-compose.test.yml": `
services:
  web:
    env_file: settings/web.env
    healthcheck: { test: "curl -f http://localhost:$\${PORT}/up" }
  front: { build: ., ports: ["80:80"], environment: { WEB_URL: "http://web:7001" } }
`,
    "settings/web.env": "REDIS_URL=redis://store\n",
  },
  parts: { web: "http 7001 /up", store: "redis 6379", front: "http 80" },
  pairs: ["web > store", "front > web"],
  door: "front",
};

const bitnami: ComposeCase = {
  title: "images of another maker, with a registry, a port and a digest in their names",
  files: {
    "compose.yml": `
services:
  pg:
    image: registry.example:5000/bitnami/postgresql:16@sha256:0000000000000000000000000000000000000000000000000000000000000000
    environment: { POSTGRESQL_USERNAME: shop, POSTGRESQL_PASSWORD: shop, POSTGRESQL_DATABASE: shop }
  kv: { image: "bitnami/redis:7.4", environment: { ALLOW_EMPTY_PASSWORD: "yes" } }
  exporter: { image: prometheuscommunity/postgres-exporter, environment: { DATA_SOURCE_URI: "pg:5432/postgres?sslmode=disable" } }
  redis-ui: { image: rediscommander/redis-commander, environment: ["REDIS_HOSTS=local:kv:6379"] }
  backend:
    image: ghcr.io/example/backend:main
    expose: ["8000"]
    environment: { DB_HOST: pg, DB_PORT: "5432", DB_USER: pg, CACHE_HOST: kv, CACHE_DRIVER: kv }
`,
  },
  parts: { pg: "postgres 5432", kv: "redis 6379", exporter: "?http 9187", "redis-ui": "?http 8081", backend: "http 8000" },
  pairs: ["backend > pg", "backend > kv"],
  door: "backend",
};

const built: ComposeCase = {
  title: "stores of a team's own build, known by health check, command and volume",
  files: {
    "docker-compose.yml": `
services:
  primary:
    build: ./postgres
    healthcheck: { test: [CMD-SHELL, "pg_isready -U $\${POSTGRES_USER} -h 127.0.0.1"] }
  archive:
    build: ./postgres
    volumes: ["archive:/var/lib/postgresql/data"]
  queue:
    build: ./queue
    command: redis-server /etc/redis.conf --appendonly yes
  app:
    build: .
    ports: ["5000:5000"]
    healthcheck: { test: "pg_isready -h primary" }
    environment: { PRIMARY_DSN: "host=primary user=shop", QUEUE_ADDR: "queue:6379" }
volumes: { archive: {} }
`,
  },
  parts: { primary: "postgres 5432", archive: "postgres 5432", queue: "redis 6379", app: "http 5000" },
  pairs: ["app > primary", "app > queue"],
  door: "app",
};

export const firstCases: readonly ComposeCase[] = [plain, anchors, extending, layered, apart, bitnami, built];
