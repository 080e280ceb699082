import { expect, test } from "vitest";
import { readSamples } from "./prometheus.ts";

const text = `# HELP jobs Jobs.
# TYPE jobs gauge
jobs{queue="a",state="open"} 3
jobs{queue="b",state="open"} 4.5e1 1700000000
jobs_total 7
jobs{queue="with \\"quotes\\" and , commas",state="done"} +Inf
`;

test.each([
  ["jobs", {}, [3, 45, Number.POSITIVE_INFINITY]],
  ["jobs", { queue: "b" }, [45]],
  ["jobs", { queue: 'with "quotes" and , commas' }, [Number.POSITIVE_INFINITY]],
  ["jobs_total", {}, [7]],
  ["jobs", { queue: "c" }, []],
  ["job", {}, []],
])("%s %j", (metric, labels, values) => {
  expect(readSamples(text, metric, labels)).toEqual(values);
});
