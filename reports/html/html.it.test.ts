import { mkdtempDisposableSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { payloads, poisoned, smaller } from "../hostile.fixture.ts";
import type { ReportInput } from "../input.ts";
import { renderJunit } from "../junit.ts";
import { sampleInput } from "../sample.fixture.ts";
import { renderHtml } from "./page.ts";

let browser: Browser;
const folder = mkdtempDisposableSync(join(tmpdir(), "roadworthy-report-"));

beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--no-first-run"],
  });
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

  it(`R31: runs and requests nothing of ${payloads.length} hostile texts, each in every field`, async () => {
    const clean = smaller(sampleInput());
    await using opened = await open(clean);
    const complaints: string[] = [];
    for (const [offset] of payloads.entries()) {
      writeFileSync(fileURLToPath(opened.url), renderHtml(poisoned(clean, offset)));
      await opened.page.reload();
      await opened.page.mouse.move(300, 200);
      if ((await opened.page.evaluate("window.pwned")) !== undefined) complaints.push(`text ${offset} ran`);
      complaints.push(...opened.complaints.splice(0).map((complaint) => `text ${offset}: ${complaint}`));
    }
    expect(complaints).toEqual([]);
  });

  it("reads JUnit of hostile texts as XML with one case per objective", async () => {
    await using opened = await open(sampleInput());
    const clean = smaller(sampleInput());
    const files = payloads.map((_, offset) => renderJunit(poisoned(clean, offset)));
    const counts: unknown = await opened.page.evaluate(`${JSON.stringify(files)}.map((text) => {
      const xml = new DOMParser().parseFromString(text, "application/xml");
      return xml.querySelector("parsererror") === null ? xml.querySelectorAll("testcase").length : -1;
    })`);
    expect(counts).toEqual(files.map(() => clean.suite.objectives.length));
  });
});
