// Parts of a page that are loaded again without the rest: as one types, and while an import runs. Pages work without it.
"use strict";

(() => {
  // Replaces the part of the page by that of the page at an address; returns the new one.
  async function replace(address, signal) {
    const response = await fetch(address, { signal, headers: { accept: "text/html" } });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const element = document.getElementById("live"), other = page.getElementById("live");
    if (other) {
      element.replaceWith(other);
      document.title = page.title;
      document.dispatchEvent(new Event("replaced"));
      return other;
    }
    const sentence = page.querySelector("main p"), status = element.querySelector("[role=status]");
    if (sentence && status) status.textContent = sentence.textContent;
    return element;
  }

  const SECOND = 1000;
  async function follow(element) {
    while ("refresh" in element.dataset) {
      await new Promise((resolve) => setTimeout(resolve, SECOND));
      try { element = await replace(location.href); } catch { /* the server may be there again in a moment */ }
    }
  }
  const shown = document.getElementById("live");
  if (!shown) return;
  follow(shown);

  // Search as one types. The first change is a new entry of the history, and what is typed after it replaces that.
  const form = document.querySelector("form[data-live]");
  if (!form) return;
  const field = form.querySelector("input[name=q]");
  const PAUSE = 200;
  let timer = 0, asked = new AbortController(), isNew = true;

  function ask(address) {
    asked.abort();
    asked = new AbortController();
    replace(address, asked.signal).catch(() => {});
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const given = [...new FormData(form)].filter(([, value]) => value);
      const address = `${form.action}?${new URLSearchParams(given)}`;
      if (isNew) history.pushState(null, "", address); else history.replaceState(null, "", address);
      isNew = false;
      ask(address);
    }, PAUSE);
  });
  form.addEventListener("submit", () => clearTimeout(timer));
  field.addEventListener("change", () => { isNew = true; });
  window.addEventListener("popstate", () => {
    field.value = new URLSearchParams(location.search).get("q") || "";
    isNew = true;
    ask(location.href);
  });
})();
