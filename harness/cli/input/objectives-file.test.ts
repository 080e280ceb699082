import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../base/spawned.fixture.ts";
import { withObjectives } from "./objectives-file.ts";

test("objectives are read from the target's own folder, and from nowhere else", async () => {
  using folder = temporaryFolder();
  writeFileSync(join(folder.path, "objectives.json"), '[{ "id": "SHOP-1" }]');
  expect(await withObjectives({ name: "shop", objectives: "objectives.json" }, folder.path)).toEqual({ name: "shop", objectives: [{ id: "SHOP-1" }] });
  expect(await withObjectives({ name: "shop", objectives: [] }, folder.path)).toEqual({ name: "shop", objectives: [] });
  await expect(withObjectives({ objectives: "../objectives.json" }, join(folder.path, "shop"))).rejects.toMatchObject({ code: "usage", message: expect.stringContaining("not in the folder") });
  await expect(withObjectives({ objectives: "gone.yaml" }, folder.path)).rejects.toMatchObject({ code: "not-found" });
});
