// What the page does besides being read: filters of the objective table, links that open what they lead to, folds that open for paper.
(() => {
  "use strict";

  const form = document.getElementById("filters");
  const table = document.getElementById("objective-table");
  const shown = document.getElementById("shown");

  function applyFilters() {
    const { text: search, outcome, status, kind, required } = form.elements;
    const wanted = { outcome: outcome.value, status: status.value, kind: kind.value };
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const row of table.tBodies[0].rows) {
      const text = row.textContent.toLowerCase();
      const fits =
        Object.entries(wanted).every(([name, value]) => value === "" || row.dataset[name] === value) &&
        (!required.checked || row.dataset.required === "yes") &&
        words.every((word) => text.includes(word));
      row.hidden = !fits;
      if (fits) count += 1;
    }
    shown.textContent = `${count} shown`;
  }

  if (form && table && shown) {
    form.hidden = false;
    form.addEventListener("input", applyFilters);
    form.addEventListener("submit", (event) => event.preventDefault());
    // A reload may bring back what was typed before.
    applyFilters();
  }

  function openAround(element) {
    for (let at = element; at; at = at.parentElement) {
      if (at instanceof HTMLDetailsElement) at.open = true;
    }
    const inner = element.matches("tr") ? element.querySelector("details") : null;
    if (inner) inner.open = true;
  }

  function followHash() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    openAround(target);
    target.scrollIntoView();
  }
  window.addEventListener("hashchange", followHash);
  if (location.hash.length > 1) followHash();

  let opened = [];
  window.addEventListener("beforeprint", () => {
    document.documentElement.classList.add("paper");
    // The rows of the first screen stay short: the table below explains each of them.
    opened = [...document.querySelectorAll("details:not([open])")].filter((fold) => !fold.closest(".row"));
    for (const fold of opened) fold.open = true;
  });
  window.addEventListener("afterprint", () => {
    document.documentElement.classList.remove("paper");
    for (const fold of opened) fold.open = false;
  });
})();
