import { expect, test } from "vitest";
import { readComposeModel } from "../docker/model.ts";
import { whyNotOwn } from "./container-volume.ts";

const model = readComposeModel(
  JSON.stringify({
    services: {
      own: { image: "store", volumes: [{ type: "volume", source: "data", target: "/data" }, { type: "bind", source: "/etc/store.conf", target: "/store.conf", read_only: true }, { type: "tmpfs", target: "/tmp" }] },
      nameless: { image: "store", volumes: [{ type: "volume", target: "/data" }] },
      bare: { image: "store" },
      foreign: { image: "store", volumes: [{ type: "volume", source: "production", target: "/data" }] },
      bound: { image: "store", volumes: [{ type: "bind", source: "/srv/data", target: "/data" }] },
      one: { image: "store", volumes: [{ type: "volume", source: "both", target: "/data" }] },
      other: { image: "store", volumes: [{ type: "volume", source: "both", target: "/backup" }] },
      borrowing: { image: "store", volumes_from: ["own"] },
    },
    volumes: { data: { name: "shop_data" }, both: {}, production: { name: "production", external: true } },
  }),
);

test.each<[string, string | null]>([
  ["own", null],
  ["nameless", null],
  ["bare", null],
  ["foreign", "/data is an external volume"],
  ["bound", "/data is a place of this machine"],
  ["one", "/data is shared with the service other"],
  ["borrowing", "it takes the volumes of own"],
])("R38: whether the data of the service %s may be destroyed", (service, expected) => {
  expect(whyNotOwn(model, service)).toBe(expected);
});
