// Parts of a page that are loaded again without the rest: while an import runs. Pages work without it.
"use strict";

(() => {
  // Replaces an element by that of the page at an address; returns the new one.
  async function replace(element, address, signal) {
    const response = await fetch(address, { signal, headers: { accept: "text/html" } });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const other = page.getElementById(element.id);
    if (!other) return element;
    element.replaceWith(other);
    return other;
  }

  const SECOND = 1000;
  async function follow(element) {
    while (element && "refresh" in element.dataset) {
      await new Promise((resolve) => setTimeout(resolve, SECOND));
      try { element = await replace(element, location.href); } catch { /* the server may be there again in a moment */ }
    }
  }
  follow(document.querySelector("#live[data-refresh]"));
})();
