import { expect, it } from "vitest";
import { metricsText } from "./metrics-text.ts";

it("writes metrics as Prometheus reads them", () => {
  const text = metricsText([
    { name: "queue", kind: "gauge", value: 3 },
    { name: "requests_total", kind: "counter", value: 1, labels: { path: "/a", status: "200" } },
    { name: "requests_total", kind: "counter", value: 2, labels: { path: 'say "\\"' } },
  ]);
  expect(text).toBe(
    [
      "# TYPE queue gauge",
      "queue 3",
      "# TYPE requests_total counter",
      'requests_total{path="/a",status="200"} 1',
      'requests_total{path="say \\"\\\\\\""} 2',
      "",
    ].join("\n"),
  );
});
