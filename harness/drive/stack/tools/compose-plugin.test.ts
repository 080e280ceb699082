import { chmodSync, mkdirSync, mkdtempDisposableSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { composePlugin, composeVersion } from "./compose-plugin.ts";
import { findTool, pinnedVersion } from "./go-tool.ts";

function program(path: string, says = "v9.8.7"): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\necho ${says}\n`);
  chmodSync(path, 0o755);
  return path;
}

test("it is the plugin of the user's client, and never a program of that name on the path", () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), "roadworthy-compose-"));
  const onPath = program(join(folder.path, "bin", "docker-compose"));
  const plugin = program(join(folder.path, "config", "cli-plugins", "docker-compose"));
  const atHome = program(join(folder.path, "home", ".docker", "cli-plugins", "docker-compose"));
  const PATH = dirname(onPath);
  expect(findTool(composePlugin, { PATH, DOCKER_CONFIG: join(folder.path, "config") })).toEqual({ path: plugin, from: "machine" });
  expect(findTool(composePlugin, { PATH, HOME: join(folder.path, "home") })).toEqual({ path: atHome, from: "machine" });
  expect(findTool(composePlugin, { PATH, HOME: folder.path })?.path).not.toBe(onPath);
  expect(findTool(composePlugin, { PATH, HOME: folder.path, ROADWORTHY_COMPOSE: onPath })).toEqual({ path: onPath, from: "environment" });
});

test("its version is without the letter, and go.mod pins one", async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), "roadworthy-compose-"));
  expect(await composeVersion(program(join(folder.path, "docker-compose")))).toBe("9.8.7");
  expect(pinnedVersion(composePlugin)).toMatch(/^2\.\d+\.\d+$/);
});
