import { expect, it } from "vitest";
import type { Ask } from "../base/route-table.ts";
import type { WorkerView } from "./crew.ts";
import { supervisorRoutes } from "./supervisor-routes.ts";

it("is ready once as many workers listen as there have to be, and not when they have only been started", async () => {
  const ports = [8001, null, 8003];
  const view = (): WorkerView[] => ports.map((port, index) => ({ pid: index, id: `crew.${index}`, port, busy: false, document_id: null }));
  const ready = supervisorRoutes({ view, deaths: () => 0 }, { recovered: 0, promoted: 0, swept: 0 }, 3).find(({ path }) => path === "/health/ready");
  const ask: Ask = { parameters: {}, query: new URLSearchParams(), json: () => Promise.resolve(null) };
  expect(await ready?.answer(ask)).toMatchObject({ status: 503, body: { listening: 2 } });
  ports[1] = 8002;
  expect(await ready?.answer(ask)).toMatchObject({ status: 200 });
});
