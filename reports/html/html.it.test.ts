import { mkdtempDisposableSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { judgeSuite } from "../../harness/judge/index.ts";
import { writeHostileRun } from "../hostile-log.fixture.ts";
import { longText, payloads, poisoned, smaller } from "../hostile.fixture.ts";
import type { ReportInput } from "../input.ts";
import { needsRunCase, renderJunit } from "../junit.ts";
import { sampleInput } from "../sample.fixture.ts";
import { plain } from "../text.ts";
import { chromiumPath, launchChromium } from "./chromium.fixture.ts";
import { renderHtml } from "./page.ts";

let browser: Browser;
const folder = mkdtempDisposableSync(join(tmpdir(), "roadworthy-report-"));

beforeAll(async () => {
  browser = await launchChromium();
});

afterAll(async () => {
  await browser.close();
  folder.remove();
});

interface Opened extends AsyncDisposable {
  page: Page;
  url: string;
  /** Console messages, errors of the page, dialogs, and requests other than the file itself. */
  complaints: string[];
}

async function open(input: ReportInput, options: { width?: number; height?: number; colorScheme?: "light" | "dark"; javaScriptEnabled?: boolean } = {}): Promise<Opened> {
  const path = join(folder.path, "report.html");
  writeFileSync(path, renderHtml(input));
  const url = pathToFileURL(path).href;
  const { width = 1280, height = 800, ...rest } = options;
  const context = await browser.newContext({ viewport: { width, height }, ...rest });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(`console ${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("request", (request) => request.url() !== url && complaints.push(`request: ${request.url()}`));
  page.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(url);
  return { page, url, complaints, [Symbol.asyncDispose]: () => context.close() };
}

async function bottomOf(page: Page, selector: string): Promise<number> {
  const box = await page.locator(selector).boundingBox();
  return box === null ? Number.POSITIVE_INFINITY : box.y + box.height;
}

// Code for the page comes as text: the types of a browser are not among those of this program.
/** How many canvases hold more than background: charts that were laid out and never drawn would be empty. */
const drawnCanvases = `[...document.querySelectorAll(".charts canvas")].filter((canvas) =>
  canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.some((value) => value !== 0)).length`;

/** Names of elements and of their attributes. */
const kindsOfMarkup = `[...new Set([...document.querySelectorAll("*")].flatMap((element) => [element.localName, ...element.getAttributeNames().map((name) => element.localName + " " + name)]))].sort()`;

/** Everything that answers to a hand: folds, links, filters with all of their choices, what takes the focus or follows the pointer, paper. */
const useEverything = `(() => {
  for (const summary of document.querySelectorAll("summary")) summary.click();
  for (const element of document.querySelectorAll("[tabindex], svg, canvas, .u-over, img, iframe, button")) {
    for (const type of ["mouseover", "mouseenter", "mousemove", "mousedown", "mouseup", "click"]) element.dispatchEvent(new MouseEvent(type, { bubbles: true }));
    if (element.focus) element.focus({ preventScroll: true });
  }
  // Hidden meanwhile: where a link scrolls to takes a layout of the page each time.
  document.body.hidden = true;
  for (const link of document.querySelectorAll("a")) link.click();
  document.body.hidden = false;
  for (const choice of document.querySelectorAll("select")) for (const option of [...choice.options, choice.options[0]]) {
    choice.value = option.value;
    choice.dispatchEvent(new Event("input", { bubbles: true }));
  }
  for (const field of document.querySelectorAll("input")) {
    if (field.type === "checkbox") { field.click(); field.click(); }
    else for (const text of ["<script>window.pwned=1</script>", ""]) { field.value = text; field.dispatchEvent(new Event("input", { bubbles: true })); }
  }
  // Paper has every chart at once; in a fold they come with the next frame, or not at all when it was closed again.
  dispatchEvent(new Event("beforeprint"));
})()`;

/** What a page of this input does that it must not. `texts`: what must be there to be read. */
async function misdeeds(opened: Opened, input: ReportInput, texts: readonly string[] = payloads): Promise<string[]> {
  writeFileSync(fileURLToPath(opened.url), renderHtml(input));
  await opened.page.goto(opened.url);
  return seen(opened, texts);
}

async function seen({ page, url, complaints }: Opened, texts: readonly string[]): Promise<string[]> {
  await page.evaluate(useEverything);
  const ran: unknown = await page.evaluate("window.pwned");
  const text = String(await page.evaluate("document.body.textContent"));
  const elsewhere: unknown = await page.evaluate(`[...document.querySelectorAll("a")].filter((link) => !link.getAttribute("href").startsWith("#")).map((link) => link.outerHTML)`);
  return [
    ...complaints.splice(0),
    ...(ran === undefined ? [] : ["it ran"]),
    ...texts.filter((each) => !text.includes(plain(each))).map((each) => `not shown: ${each.slice(0, 80)}`),
    ...(Array.isArray(elsewhere) ? elsewhere.map((link) => `leads elsewhere: ${link}`) : []),
    ...(page.url().split("#")[0] === url ? [] : [`went to ${page.url()}`]),
  ];
}

function hostileRun(offset: number): ReportInput {
  using run = mkdtempDisposableSync(join(tmpdir(), "roadworthy-hostile-"));
  writeHostileRun(run.path, offset);
  return judgeSuite(run.path);
}

const sidewaysScroll = "document.documentElement.scrollWidth - document.documentElement.clientWidth";

describe("the report in Chromium", () => {
  it.each([
    { name: "light", colorScheme: "light" as const },
    { name: "dark", colorScheme: "dark" as const },
    { name: "narrow", width: 400 },
    { name: "wide", width: 2200 },
  ])("opens in $name without a complaint or a request, with its charts drawn", async ({ name: _name, ...options }) => {
    await using opened = await open(sampleInput(), options);
    await opened.page.locator(".charts canvas").nth(7).waitFor();
    expect(await opened.page.evaluate(drawnCanvases)).toBe(8);
    expect(await opened.page.evaluate(sidewaysScroll)).toBe(0);
    expect(opened.complaints).toEqual([]);
  });

  it("shows verdict, rows, time line and trust line on the first screen at 1280 × 800", async () => {
    await using opened = await open(sampleInput());
    for (const selector of [".verdict", ".rows >> nth=0", ".strip", "#trust"]) expect(await bottomOf(opened.page, selector)).toBeLessThanOrEqual(800);
  });

  it("keeps the trust line there with many red rows", async () => {
    const input = sampleInput();
    const objectives = input.suite.objectives.map((row) => ({ ...row, outcome: row.status === "ruled" ? ("fail" as const) : null, why: row.why.repeat(9) }));
    await using opened = await open({ ...input, suite: { ...input.suite, objectives, incomplete: "a scenario stopped early", headline: `FAIL: ${"a long cause, ".repeat(30)}` } });
    expect(await bottomOf(opened.page, "#trust")).toBeLessThanOrEqual(800);
  });

  it("has its first screen without the script", async () => {
    await using opened = await open(sampleInput(), { javaScriptEnabled: false });
    await opened.page.locator(".row").first().click();
    expect(await opened.page.locator(".row .explain").first().isVisible()).toBe(true);
    expect(await bottomOf(opened.page, ".strip")).toBeLessThanOrEqual(1000);
    expect(await opened.page.locator("#filters").isVisible()).toBe(false);
  });

  it("filters the objectives by outcome, status, kind and words", async () => {
    await using opened = await open(sampleInput());
    const { page } = opened;
    const shown = async (): Promise<number> => page.locator("#objective-table tbody tr:visible").count();
    expect(await shown()).toBe(56);
    await page.selectOption("select[name=outcome]", "fail");
    expect(await shown()).toBe(1);
    await page.selectOption("select[name=outcome]", "");
    await page.selectOption("select[name=status]", "information");
    expect(await shown()).toBe(1);
    await page.selectOption("select[name=status]", "");
    await page.selectOption("select[name=kind]", "own");
    expect(await shown()).toBe(3);
    await page.fill("input[name=text]", "postgres LOST");
    expect(await shown()).toBe(1);
    expect(await page.locator("#shown").textContent()).toBe("1 shown");
    expect(opened.complaints).toEqual([]);
  });

  it("opens what a link leads to, and everything for print", async () => {
    await using opened = await open(sampleInput());
    const { page } = opened;
    await page.evaluate('location.hash = "#o-CON-91"');
    await page.locator("#o-CON-91 .explain").waitFor({ state: "visible" });
    await page.evaluate('dispatchEvent(new Event("beforeprint"))');
    expect(await page.locator(".below details:not([open]), .fold:not([open])").count()).toBe(0);
    await page.evaluate('dispatchEvent(new Event("afterprint"))');
    expect(await page.locator("details:not([open])").count()).toBeGreaterThan(50);
    expect(opened.complaints).toEqual([]);
  });

  it(`R31: ${payloads.length} hostile texts, each in every field, are text: nothing runs, is asked for, or changes what the page is made of, whatever is clicked`, { timeout: 300_000 }, async () => {
    const all = smaller(sampleInput());
    // Every part that a page can have, once: the scenario with faults, and a row of each standing.
    const objectives = [...new Map(all.suite.objectives.map((row) => [`${row.status} ${row.outcome}`, row])).values()];
    // Two texts each, one after the other, that are on the page: more of them than payloads, so that every one is shown at every offset, whatever else is.
    const errors = Array.from({ length: Math.ceil(payloads.length / 2) }, (_, count) => ({ route: "r", outcome: "status", message: "m", count }));
    const scenarios = all.scenarios.slice(1).map((scenario) => ({ ...scenario, evidence: { ...scenario.evidence, errors } }));
    const clean = { ...all, scenarios, suite: { ...all.suite, objectives } };
    await using opened = await open(poisoned(clean, -1));
    await opened.page.evaluate(useEverything);
    const madeOf = await opened.page.evaluate(kindsOfMarkup);
    const complaints: string[] = [];
    for (const [offset] of payloads.entries()) {
      complaints.push(...(await misdeeds(opened, poisoned(clean, offset))).map((complaint) => `text ${offset}: ${complaint}`));
      expect(await opened.page.evaluate(kindsOfMarkup)).toEqual(madeOf);
    }
    complaints.push(...(await misdeeds(opened, poisoned({ ...clean, scenarios: [] }, 0, [longText]), [longText])));
    expect(complaints).toEqual([]);
  });

  it("R31: nor do those that come by way of a log", async () => {
    await using opened = await open(sampleInput());
    const complaints: string[] = [];
    for (let offset = 0; offset < payloads.length; offset += 4) {
      complaints.push(...(await misdeeds(opened, hostileRun(offset), [])).map((complaint) => `log ${offset}: ${complaint}`));
    }
    expect(complaints).toEqual([]);
  });

  it("R31: this test sees one that runs, one that asks, and one that is no text", async () => {
    await using opened = await open(sampleInput());
    const bare = `<p>${payloads.slice(0, 4).join("")}<img src="https://evil.invalid/" onerror="window.pwned=1"></p>`;
    writeFileSync(fileURLToPath(opened.url), bare);
    await opened.page.reload();
    expect(await seen(opened, payloads.slice(0, 1))).toEqual(expect.arrayContaining(["it ran", expect.stringContaining("dialog: 1"), expect.stringContaining("request: https://evil.invalid/"), `not shown: ${payloads[0]}`]));
  });

  it("says what helps where there is no browser", () => {
    expect(() => chromiumPath({ PATH: folder.path })).toThrow(/no Chromium on PATH: install one \(Debian: apt-get install chromium\), or run with CHROMIUM=/);
    expect(() => chromiumPath({ CHROMIUM: "/nowhere/chromium" })).toThrow("CHROMIUM names /nowhere/chromium, which is not there");
  });

  it("reads JUnit of hostile texts as XML with one case per objective and one for the run", async () => {
    await using opened = await open(sampleInput());
    const clean = smaller(sampleInput());
    const inputs = [...payloads.map((_, offset) => poisoned(clean, offset)), ...payloads.filter((_, index) => index % 4 === 0).map((_, index) => hostileRun(4 * index))];
    const files = inputs.map(renderJunit);
    const counts: unknown = await opened.page.evaluate(`${JSON.stringify(files)}.map((text) => {
      const xml = new DOMParser().parseFromString(text, "application/xml");
      return xml.querySelector("parsererror") === null ? xml.querySelectorAll("testcase").length : -1;
    })`);
    expect(counts).toEqual(inputs.map((input) => input.suite.objectives.length + (needsRunCase(input) ? 1 : 0)));
  });
});
