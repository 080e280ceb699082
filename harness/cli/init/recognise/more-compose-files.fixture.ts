/** More compose files: what is seldom, and what leads astray. */

import type { ComposeCase } from "./compose-files.fixture.ts";

const named: ComposeCase = {
  title: "reached by container_name, host name and network alias",
  files: {
    "docker-compose.yml": `
services:
  db:
    image: postgres:16
    container_name: shop_postgres
  redis:
    image: redis
    networks: { back: { aliases: [session-store] } }
  mail: { image: axllent/mailpit, hostname: smtp.internal, ports: ["8025:8025", "1025:1025"] }
  site:
    build: .
    networks: [back]
    ports: [{ target: 4000, published: "80", mode: host }]
    environment:
      PGHOST: shop_postgres
      SESSIONS: redis://session-store:6379
      SMTP_URL: smtp://smtp.internal:1025
networks: { back: {} }
`,
  },
  parts: { db: "postgres 5432", redis: "redis 6379", mail: "tcp 1025", site: "http 4000" },
  pairs: ["site > db", "site > redis", "site > mail"],
  door: "site",
};

const php: ComposeCase = {
  title: "a web server before an interpreter, MySQL, memcached, `links`",
  files: {
    "docker-compose.yml": `
services:
  web: { image: "nginx:1.27", ports: ["8000:80", "8443:443"], links: [php], volumes: ["./site.conf:/etc/nginx/conf.d/default.conf:ro"] }
  php: { build: ., expose: ["9000"], links: ["mysql:db", memcached], environment: { DB_HOST: mysql } }
  mysql: { image: "mysql:8", environment: [MYSQL_ROOT_PASSWORD], ports: ["3306:3306"] }
  memcached: { image: memcached }
`,
  },
  parts: { web: "http 80", php: "http 9000", mysql: "tcp 3306", memcached: "tcp 11211" },
  pairs: ["web > php", "php > mysql", "php > memcached"],
  door: "web",
};

const pooled: ComposeCase = {
  title: "a pooler before the database, a broker, consumers, replicas",
  files: {
    "compose.yaml": `
name: Orders_System
services:
  postgres: { image: "postgres:17", command: ["postgres", "-c", "max_connections=300"] }
  pgbouncer: { image: edoburu/pgbouncer, environment: { DB_HOST: postgres, LISTEN_PORT: "5432" } }
  broker: { image: "confluentinc/cp-kafka:7.6.0", environment: { KAFKA_ADVERTISED_LISTENERS: "PLAINTEXT://broker:9092" } }
  migrate:
    image: shop/api
    command: ["alembic", "upgrade", "head"]
    environment: { DATABASE_URL: "postgres://postgres@postgres/postgres" }
  api:
    image: shop/api
    deploy: { replicas: 2 }
    depends_on:
      migrate: { condition: service_completed_successfully }
    environment: { DATABASE_URL: "postgres://postgres@pgbouncer:5432/postgres", BOOTSTRAP_SERVERS: "broker:9092" }
    ports: ["8000-8001:8000"]
  consumer:
    image: shop/api
    command: python -m consumer --brokers broker:9092 --sink http://api:8000/internal
`,
  },
  parts: { postgres: "postgres 5432", pgbouncer: "tcp 5432", broker: "tcp 9092", migrate: "task", api: "http 8000", consumer: "worker" },
  pairs: ["pgbouncer > postgres", "api > pgbouncer", "api > broker", "consumer > broker", "consumer > api"],
  door: "api",
};

const included: ComposeCase = {
  title: "include: stores in a file of their own",
  files: {
    "compose.yaml": `
include:
  - stores/compose.yaml
  - path: [stores/cache.yaml]
services:
  gateway: { build: ., ports: ["\${GATEWAY_PORT:-8080}:\${GATEWAY_PORT:-8080}"], depends_on: [db] , environment: { CACHE_URL: "\${CACHE_URL-redis://:\${CACHE_PASSWORD:-pass}@cache:6379}" } }
  gateway-ui: { build: ./ui, ports: ["3000:3000"], environment: { API_URL: "http://gateway:8080" } }
`,
    "stores/compose.yaml": "services:\n  db:\n    image: timescale/timescaledb:latest-pg16\n    env_file: db.env\n",
    "stores/db.env": "POSTGRES_PASSWORD=x\nPOSTGRES_USER\n",
    "stores/cache.yaml": "services:\n  cache:\n    image: docker.dragonflydb.io/dragonflydb/dragonfly\n",
  },
  parts: { db: "postgres 5432", cache: "redis 6379", gateway: "http 8080", "gateway-ui": "http 3000" },
  pairs: ["gateway > cache", "gateway > db", "gateway-ui > gateway"],
  door: "gateway",
};

const profiled: ComposeCase = {
  title: "profiles chosen: then those of the environment do not count",
  profiles: ["workers"],
  environment: { COMPOSE_PROFILES: "debug" },
  files: {
    "docker-compose.yml": `
services:
  redis: { image: redis, command: redis-server --port 6380 --requirepass x }
  api: { build: ., ports: ["80"], environment: { REDIS: "redis:6380", QUEUE_URL: "redis://:x@redis:6380" } }
  worker: { build: ., profiles: [workers], environment: { QUEUE_URL: "redis://:x@redis:6380" } }
  mailer: { build: ., profiles: [mail] }
  pgadmin: { image: dpage/pgadmin4, profiles: [debug] }
`,
  },
  parts: { redis: "redis 6380", api: "http 80", worker: "worker" },
  pairs: ["api > redis", "worker > redis"],
  door: "api",
  leftOut: ["mailer", "pgadmin"],
};

const astray: ComposeCase = {
  title: "values that look like servers and are none",
  files: {
    "docker-compose.yml": `
services:
  postgres: { image: "postgres:15", environment: { POSTGRES_USER: api, POSTGRES_DB: postgres, POSTGRES_HOST_AUTH_METHOD: trust } }
  api:
    build: .
    ports: ["6000:6000/udp", "7000:7000"]
    environment:
      DB_ENGINE: postgres
      LOG_URL: https://postgres.example/api
      DATABASE_HOST: db.example
      GREETING: "ask api:postgres or my-postgres:5432"
`,
  },
  parts: { postgres: "postgres 5432", api: "http 7000" },
  pairs: [],
  door: "api",
};

const bare: ComposeCase = {
  title: "workers alone: nothing to load by HTTP",
  files: {
    "docker-compose.yml": `
services:
  mq: { image: "rabbitmq:3-management", healthcheck: { test: rabbitmq-diagnostics -q ping } }
  consumer: { build: ., restart: unless-stopped, environment: { AMQP_URL: "amqp://guest:guest@mq:5672/" }, scale: 3 }
  mongo: { image: "mongo:7" , healthcheck: { disable: true, test: curl http://localhost:1/ } }
`,
  },
  parts: { mq: "tcp 5672", consumer: "worker", mongo: "tcp 27017" },
  pairs: ["consumer > mq"],
  door: null,
};

export const moreCases: readonly ComposeCase[] = [named, php, pooled, included, profiled, astray, bare];
