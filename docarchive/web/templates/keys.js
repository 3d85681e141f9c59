// What the keyboard and the mouse do besides links and forms: pages work without it.
"use strict";

(() => {
  const search = document.querySelector("input[data-search]");
  const list = document.querySelector("[data-entries]");
  const entries = list ? [...list.children] : [];
  let chosen = -1;

  function choose(number) {
    if (number < 0 || number >= entries.length) return;
    if (entries[chosen]) entries[chosen].classList.remove("chosen");
    chosen = number;
    entries[chosen].classList.add("chosen");
    const link = entries[chosen].querySelector("a");
    if (link) link.focus();
  }

  function follow(selector) {
    const link = document.querySelector(selector);
    if (link) link.click();
  }

  const KEYS = {
    "/": () => { if (search) { search.focus(); search.select(); } },
    j: () => choose(chosen + 1),
    k: () => choose(Math.max(0, chosen - 1)),
    t: () => { const field = document.querySelector("[data-tag]"); if (field) field.focus(); },
    n: () => follow("a[rel=next]"),
    p: () => follow("a[rel=prev]"),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const action = KEYS[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });

  // Dragging over the bars chooses the time from the first to the last.
  const bars = document.querySelector("[data-histogram]");
  if (!bars) return;
  const links = [...bars.querySelectorAll("a")];
  let first = -1, last = -1;

  function brush() {
    const start = Math.min(first, last), end = Math.max(first, last);
    links.forEach((link, number) => link.classList.toggle("brushed", first >= 0 && number >= start && number <= end));
  }

  function under(event) {
    const element = document.elementFromPoint(event.clientX, event.clientY);
    return links.indexOf(element && element.closest("a"));
  }

  bars.addEventListener("dragstart", (event) => event.preventDefault());
  bars.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
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
  bars.addEventListener("click", (event) => { if (event.detail && bars.querySelectorAll(".brushed").length > 1) event.preventDefault(); });
})();
