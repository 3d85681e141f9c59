// What the keyboard and the mouse do besides links and forms: pages work without it.
"use strict";

(() => {
  // Looked for each time: what is found may be loaded again while one types.
  const search = document.querySelector("input[data-search]");

  const linksOfEntries = () => [...document.querySelectorAll("[data-entries] > li")].map((entry) => entry.querySelector("a"));
  const isChosen = (link) => link.closest("li").classList.contains("chosen");

  // Chooses an entry by its link. The history has it, so that it is chosen again when one comes back.
  function mark(link) {
    for (const other of linksOfEntries()) other.closest("li").classList.toggle("chosen", other === link);
    history.replaceState({ ...history.state, chosen: link.href }, "");
  }

  function choose(step) {
    const links = linksOfEntries();
    const link = links[Math.max(0, links.findIndex(isChosen) + step)];
    if (!link) return;
    mark(link);
    link.focus();
  }

  function chooseAgain() {
    const chosen = history.state && history.state.chosen;
    const link = linksOfEntries().find((other) => other.href === chosen);
    if (!link) return;
    mark(link);
    link.focus({ preventScroll: true });
  }

  // A link to the same address keeps the state.
  if (performance.getEntriesByType("navigation")[0].type === "navigate") history.replaceState(null, "");
  chooseAgain();
  document.addEventListener("replaced", () => { if (document.activeElement === document.body) chooseAgain(); });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-entries] > li a");
    if (link && linksOfEntries().includes(link)) mark(link);
  });

  function follow(selector) {
    const link = document.querySelector(selector);
    if (link) link.click();
  }

  const KEYS = {
    "/": () => { if (search) { search.focus(); search.select(); } },
    j: () => choose(1),
    k: () => choose(-1),
    t: () => { const field = document.querySelector("[data-tag]"); if (field) field.focus(); },
    m: () => { const field = document.querySelector("[data-mark] [name=text]"); if (field) field.focus(); },
    n: () => follow("a[rel=next]"),
    p: () => follow("a[rel=prev]"),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select")) {
      if (event.key === "Escape") event.target.blur();
      // The first page begins in the field, and no query begins with a slash.
      if (event.key === "/" && event.target === search && !search.value) event.preventDefault();
      return;
    }
    const action = KEYS[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });

  // Dragging over the bars chooses the time from the first to the last.
  let bars = null, links = [], first = -1, last = -1;

  function brush() {
    const start = Math.min(first, last), end = Math.max(first, last);
    links.forEach((link, number) => link.classList.toggle("brushed", first >= 0 && number >= start && number <= end));
  }

  function under(event) {
    const element = document.elementFromPoint(event.clientX, event.clientY);
    return links.indexOf(element && element.closest("a"));
  }

  document.addEventListener("dragstart", (event) => { if (event.target.closest("[data-histogram]")) event.preventDefault(); });
  document.addEventListener("pointerdown", (event) => {
    bars = event.target.closest("[data-histogram]");
    if (!bars || event.button !== 0) return;
    links = [...bars.querySelectorAll("a")];
    first = last = under(event);
    brush();
  });
  document.addEventListener("pointermove", (event) => {
    if (first < 0) return;
    const number = under(event);
    if (number >= 0) last = number;
    brush();
  });
  document.addEventListener("pointerup", () => {
    if (first >= 0 && last !== first) {
      const start = links[Math.min(first, last)].dataset.period, end = links[Math.max(first, last)].dataset.period;
      const parameters = new URLSearchParams(bars.dataset.search);
      const others = parameters.getAll("filter").filter((query) => !query.startsWith("date:"));
      parameters.delete("filter");
      for (const query of [...others, `date:${start}..${end}`]) parameters.append("filter", query);
      location.search = parameters.toString();
    }
    first = last = -1;
    brush();
  });
  document.addEventListener("click", (event) => {
    const clicked = event.target.closest("[data-histogram]");
    if (clicked && event.detail && clicked.querySelectorAll(".brushed").length > 1) event.preventDefault();
  });
})();
