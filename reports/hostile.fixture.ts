/** Texts that a system under test could put into its names, messages and lines to reach whoever reads the report. */

import { rulingSchema } from "../harness/judge/verdict/schema.ts";
import type { ReportInput } from "./input.ts";

const run = "window.pwned=1;alert(1)";

/** A prime number of them: whatever the distance of two fields, one after the other they get different ones. */
export const payloads: readonly string[] = [
  `<script>${run}</script>`, `</script><script>${run}</script>`, `<ScRiPt>${run}</sCrIpT>`, `<img src=x onerror="${run}">`, `<img src="https://evil.invalid/x.png">`,
  `<svg onload=${run}>`, `<svg><script>${run}</script></svg>`, `"><script>${run}</script>`, `'><script>${run}</script>`, `" onmouseover="${run}" x="`,
  `' autofocus onfocus='${run}`, `<iframe src="https://evil.invalid/">`, `<iframe srcdoc="<script>parent.pwned=1</script>">`, `<object data="https://evil.invalid/x">`, `<embed src="https://evil.invalid/x">`,
  `<link rel=stylesheet href=https://evil.invalid/x.css>`, `<link rel=prefetch href=https://evil.invalid/>`, `<meta http-equiv=refresh content="0;url=https://evil.invalid/">`, `<base href="https://evil.invalid/">`, `<form action=https://evil.invalid/><button autofocus>`,
  `<style>@import "https://evil.invalid/x.css";</style>`, `<style>*{background:url(https://evil.invalid/)}</style>`, `</style><script>${run}</script>`, `</title><script>${run}</script>`, `</textarea><script>${run}</script>`,
  `<!--<script>${run}</script>-->`, `--><script>${run}</script>`, `<![CDATA[<script>${run}</script>]]>`, `]]><script>${run}</script>]]>`, `]]>]]><failure/>`,
  `<body onload=${run}>`, `<details open ontoggle=${run}>`, `<video><source onerror=${run}></video>`, `<audio src=x onerror=${run}>`, `<math><mtext></p><script>${run}</script>`,
  `<template><script>${run}</script></template>`, `<noscript><p title="</noscript><script>${run}</script>">`, `javascript:${run}`, `data:text/html,<script>${run}</script>`, `[x](javascript:${run})`,
  `](javascript:${run})`, `![x](https://evil.invalid/x.png)`, `[x]: https://evil.invalid/`, `<https://evil.invalid/>`, `https://evil.invalid/?a=b`, `www.evil.invalid`,
  "`code` | pipe | **bold** | _soft_ | ~~gone~~", "| a | b |\n|---|---|\n| c | d |", "# heading\n- list\n> quote", "@everyone #1 :tada: $x^2$", "=cmd|' /C calc'!A0", "\u{1B}[31mred\u{1B}[0m",
  "\u{1B}]8;;https://evil.invalid/\u{7}link\u{1B}]8;;\u{7}", "\u{1B}[2J\u{1B}[Hcleared", "\u{9B}31mC1 red", "a\rb\bc\u{0}d\u{7F}e", "right \u{202E}to left\u{202C}", "\u{FEFF}zero\u{200B}width",
  "lone \u{D800} half", "\u{2028}line\u{2029}paragraph", "%0A::error::injected\n::error::injected", `{{7*7}}\${7*7}<%=7*7%>`, `&lt;script&gt;${run}&lt;/script&gt;`, "__proto__", "constructor",
  `{"__proto__":{"polluted":true}}`, `<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><x>&y;</x>`, "+1+cmd|' /C calc'!A0", "\tline\u{B}tab\u{C}feed\u{85}next", "\u{1B}]52;c;cm0gLXJmCg==\u{7}\u{1B}P+q436f\u{1B}\\",
  `javascript:/*--></title></style></textarea></script><svg/onload='+/"/+/onmouseover=1/+/[*/[]/+${run}//'>`,
];

/** Very long, in one word and in many. */
export const longText = `${"<b>".repeat(20_000)} ${"long ".repeat(10_000)}`;

/** Words of our own that a target cannot choose; everything else is text that it may have had a hand in. */
const ours = new Set(["outcome", "status", "clock", "type", "op", "schema"]);
/** Of rows; kinds of faults and of what is left behind are text like any other. */
const kinds: ReadonlySet<string> = new Set(rulingSchema.shape.kind.options);

/** The same input with a payload in every text: the n-th text gets payload n + `offset`. */
export function poisoned(input: ReportInput, offset: number, texts: readonly string[] = payloads): ReportInput {
  let count = offset;
  const next = (): string => texts[count++ % texts.length] ?? "";
  const visit = (key: string, value: unknown): unknown => {
    if (typeof value === "string") return ours.has(key) || (key === "kind" && kinds.has(value)) ? value : next();
    if (Array.isArray(value)) return value.map((entry) => visit(key, entry));
    if (typeof value !== "object" || value === null) return value;
    // Keys of records (settings) are the target's words as well.
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [key === "settings" ? next() : name, visit(name, inner)]));
  };
  return asInput(visit("", structuredClone(input)));
}

/** Only texts were replaced, so the shape still holds. */
function asInput(value: unknown): ReportInput {
  if (isInput(value)) return value;
  throw new TypeError("the poisoned input lost its shape");
}

function isInput(value: unknown): value is ReportInput {
  return typeof value === "object" && value !== null && "header" in value && "suite" in value && "scenarios" in value;
}

/** A small copy: one row per standing, few samples. */
export function smaller(input: ReportInput): ReportInput {
  const objectives = input.suite.objectives.filter((_, index) => index < 12);
  const scenarios = input.scenarios.map((scenario) => ({ ...scenario, evidence: { ...scenario.evidence, series: scenario.evidence.series.slice(0, 5), gauges: scenario.evidence.gauges.map((gauge) => ({ ...gauge, points: gauge.points.slice(0, 5) })) } }));
  const left = [{ kind: "process", id: "4711", command: "kill 4711" }];
  const suite = { ...input.suite, objectives, disappeared: ["CON-99"], cleanup: { complete: false, left }, stopped: { why: "error", code: "internal", message: "m", hint: "h" }, incomplete: "cut" };
  return { ...input, suite, scenarios };
}
