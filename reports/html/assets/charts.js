// The time lines of the scenarios, drawn with uPlot from the JSON in the page. Bands behind the lines are the windows of faults.
(() => {
  "use strict";

  const data = JSON.parse(document.getElementById("chart-data").textContent);
  const UPlot = window.uPlot;
  const chartHeight = 150;
  const paperWidth = 680;
  const boxes = [...document.querySelectorAll(".charts")];
  const drawn = new Map();

  function ink(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }

  function clock(seconds) {
    const rest = Math.round(seconds % 60);
    return `${Math.floor(seconds / 60)}:${String(rest).padStart(2, "0")}`;
  }

  // Stripes for "healed", so that the windows differ by more than their colour.
  function stripes(context, color) {
    const tile = document.createElement("canvas");
    tile.width = tile.height = 8;
    const pen = tile.getContext("2d");
    pen.strokeStyle = color;
    pen.lineWidth = 2;
    pen.beginPath();
    pen.moveTo(-2, 10);
    pen.lineTo(10, -2);
    pen.stroke();
    return context.createPattern(tile, "repeat");
  }

  function drawWindows(chart, scenario) {
    const { ctx, bbox } = chart;
    const x = (second) => chart.valToPos(second, "x", true);
    ctx.save();
    for (const { kind, fromS, toS } of scenario.windows) {
      const left = x(fromS);
      const width = Math.max(1.5, x(toS) - left);
      ctx.fillStyle = ink(`--${kind}`);
      ctx.fillRect(left, bbox.top, width, bbox.height);
      if (kind !== "healed") continue;
      ctx.fillStyle = stripes(ctx, ink("--healed-stripe"));
      ctx.fillRect(left, bbox.top, width, bbox.height);
    }
    ctx.restore();
  }

  function drawMarks(chart, scenario, named) {
    const { ctx, bbox } = chart;
    const ratio = window.devicePixelRatio || 1;
    const rule = (second, color, dash) => {
      const at = Math.round(chart.valToPos(second, "x", true)) + 0.5;
      ctx.strokeStyle = color;
      ctx.setLineDash(dash.map((length) => length * ratio));
      ctx.beginPath();
      ctx.moveTo(at, bbox.top);
      ctx.lineTo(at, bbox.top + bbox.height);
      ctx.stroke();
      return at;
    };
    ctx.save();
    ctx.lineWidth = ratio;
    ctx.font = `${11 * ratio}px system-ui, sans-serif`;
    ctx.fillStyle = ink("--soft");
    ctx.textBaseline = "bottom";
    ctx.textAlign = "left";
    for (const [index, { name, atS }] of scenario.phases.entries()) {
      const at = rule(atS, ink("--line-strong"), [2, 3]);
      const room = chart.valToPos(scenario.phases[index + 1]?.atS ?? scenario.endS, "x", true) - at;
      if (named && ctx.measureText(name).width + 4 * ratio <= room) ctx.fillText(name, at + 3 * ratio, bbox.top - 2 * ratio);
    }
    for (const atS of scenario.normalS) rule(atS, ink("--pass"), []);
    ctx.restore();
  }

  function number(value) {
    if (value === null || value === undefined) return "–";
    return value >= 100 ? Math.round(value).toLocaleString("en-US") : String(Math.round(value * 100) / 100);
  }

  function line(label, color, more) {
    return { label, stroke: ink(color), width: 1.5, points: { show: false }, value: (_chart, value) => number(value), ...more };
  }

  function optionsOf(scenario, { series, named, width, key }) {
    const axis = { stroke: ink("--soft"), font: "11px system-ui, sans-serif", grid: { stroke: ink("--line"), width: 1 }, ticks: { show: false } };
    return {
      width,
      height: chartHeight,
      padding: [named ? 16 : 8, 12, 0, 0],
      cursor: { sync: { key }, y: false },
      scales: { x: { time: false, range: [0, scenario.endS] }, y: { range: (_chart, _low, high) => [0, high > 0 ? high * 1.08 : 1] } },
      axes: [
        { ...axis, size: 24, values: (_chart, splits) => splits.map(clock) },
        { ...axis, size: 56, values: (_chart, splits) => splits.map(number) },
      ],
      series: [{ label: "at", value: (_chart, value) => (value === null ? "–" : clock(value)) }, ...series],
      hooks: { drawClear: [(chart) => drawWindows(chart, scenario)], draw: [(chart) => drawMarks(chart, scenario, named)] },
    };
  }

  function panels(scenario) {
    const step = UPlot.paths.stepped({ align: 1 });
    return [
      { title: "Response time, ms", data: [scenario.second, scenario.p50, scenario.p95, scenario.p99], series: [line("p50", "--c1", { width: 1 }), line("p95", "--c2", { width: 2 }), line("p99", "--c3", { dash: [5, 3] })] },
      { title: "Requests and errors, 1/s", data: [scenario.second, scenario.requests, scenario.errors], series: [line("requests", "--c1"), line("errors", "--fail", { fill: `${ink("--fail")}22`, width: 2 })] },
      ...scenario.gauges.map((gauge) => ({ title: gauge.unit ? `${gauge.name}, ${gauge.unit}` : gauge.name, data: [gauge.atS, gauge.values], series: [line(gauge.name, "--c2", { paths: step })] })),
    ].filter((panel) => panel.data[0].length > 0);
  }

  function draw(box, width) {
    for (const chart of drawn.get(box) ?? []) chart.destroy();
    box.replaceChildren();
    const scenario = data[Number(box.dataset.scenario)];
    const charts = panels(scenario).map(({ title, data: values, series }, index) => {
      const figure = document.createElement("figure");
      const caption = document.createElement("figcaption");
      caption.textContent = title;
      figure.append(caption);
      box.append(figure);
      const options = optionsOf(scenario, { series, named: index === 0, width, key: `scenario-${box.dataset.scenario}` });
      const chart = new UPlot(options, values, figure);
      chart.root.setAttribute("role", "img");
      chart.root.setAttribute("aria-label", `${title} over time`);
      return chart;
    });
    drawn.set(box, charts);
  }

  // A closed fold has no width; it gets its charts when it is opened.
  const observer = new ResizeObserver((entries) => {
    for (const { target, contentRect } of entries) {
      const width = Math.floor(contentRect.width);
      if (width === 0) continue;
      const charts = drawn.get(target);
      if (!charts) draw(target, width);
      else for (const chart of charts) if (chart.width !== width) chart.setSize({ width, height: chartHeight });
    }
  });

  function drawAll() {
    for (const box of boxes) if (box.clientWidth > 0) draw(box, box.clientWidth);
  }

  for (const box of boxes) observer.observe(box);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  window.addEventListener("beforeprint", () => {
    for (const box of boxes) draw(box, paperWidth);
  });
  window.addEventListener("afterprint", drawAll);
})();
