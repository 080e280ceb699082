import { expect, test } from "vitest";
import { culpritOf, explainFailure } from "./compose-failure.ts";

test.each([
  ["Cannot connect to the Docker daemon at unix:///x.sock. Is the docker daemon running?", "stack-unavailable", "stopped answering"],
  ["write /var/lib/x: no space left on device", "stack-unavailable", "disk is full"],
  ["Error response from daemon: driver failed programming external connectivity on endpoint x: Bind for 127.0.0.1:8080 failed: port is already allocated", "port-taken", "port is already allocated"],
  ["Error response from daemon: could not find an available, non-overlapping IPv4 address pool among the defaults", "stack-unavailable", "no address range"],
  ["Error response from daemon: all predefined address pools have been fully subnetted", "stack-unavailable", "no address range"],
  ["Error response from daemon: pull access denied for shop/api, repository does not exist or may require 'docker login'", "stack-unavailable", "an image is not here and cannot be pulled (shop/api)"],
  ["Error response from daemon: No such image: shop/api:1", "stack-unavailable", "cannot be pulled (shop/api:1)"],
  ['Error response from daemon: Get "https://registry.example/v2/": dial tcp: lookup registry.example: no such host', "stack-unavailable", "cannot be pulled"],
  ['#3 ERROR: failed to do request: Head "https://registry.example/v2/library/python/manifests/3.12": dial tcp: no such host', "stack-unavailable", "cannot be pulled"],
  ["Error response from daemon: manifest for postgres:99 not found: manifest unknown: manifest unknown", "stack-unavailable", "(postgres:99)"],
  ["dependency failed to start: container shop-db-1 is unhealthy", "target-not-ready", "shop-db-1 is unhealthy"],
  ["dependency failed to start: container shop-migrate-1 exited (1)", "target-not-ready", "shop-migrate-1"],
  ["Error response from daemon: NanoCPUs can not be set, as your kernel does not support CPU CFS scheduler or the cgroup is not mounted", "stack-unavailable", "cannot limit what the compose files limit: NanoCPUs"],
  ["Error response from daemon: failed to create task for container: runc create failed", "stack-unavailable", "refused it: failed to create task"],
  ["something else", "stack-unavailable", "something else"],
])("%s", (line, code, message) => {
  const said = explainFailure(new Error(`compose-services: docker-compose up ended with 1\n a Creating\n${line}`));
  expect(said).toMatchObject({ code, message: expect.stringContaining(message), hint: expect.stringMatching(/./) });
});

test("whom compose gave up for is known by its container", () => {
  const said = explainFailure(new Error("compose-services: docker-compose up ended with 1\ndependency failed to start: container shop-api-1 is unhealthy"));
  expect(culpritOf(said)).toBe("shop-api-1");
  expect(culpritOf(explainFailure(new Error("no space left on device")))).toBeNull();
});
