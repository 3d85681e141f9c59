// Search over the files in search/, which are loaded when a query needs them. It works from a folder, where browsers
// load scripts and nothing else.
"use strict";

const docarchive = (() => {
  const STEP = 20;
  const PREFIX = 0.7; // the weight of a word that only begins like the query's
  const UNSPACED = "\u3005-\u3007\u3041-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f"
    + "\u{20000}-\u{3ffff}\u1100-\u11ff\uac00-\ud7af\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff";
  const IGNORED = new RegExp("[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
    + "\u093c\u09bc\u0a3c\u0abc\u0b3c\u0610-\u061a\u0640\u064b-\u065f\u0670\u00ad\u200b-\u200d\u2060\ufe0e\ufe0f\ufeff]", "gu");
  const LATIN = {"ı": "i", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"};
  const RUNS = new RegExp(`[${UNSPACED}]+|[^${UNSPACED}]+`, "gu");
  const FIRST = new RegExp(`^[${UNSPACED}]`, "u");
  const WORD = /[\p{L}\p{N}\p{M}]+\*?/gu;
  const MAX_WORD = 40;

  const state = {index: null, terms: new Map(), entries: new Map(), waiting: new Map(), asked: 0, hits: [], shown: 0};

  function fold(text) {
    return text.normalize("NFKD").toLowerCase().replace(/ß/g, "ss").replace(/ς/g, "σ").normalize("NFKD")
      .replace(IGNORED, "").normalize("NFC").replace(/[ıøłđæœþð]/g, (letter) => LATIN[letter]);
  }

  // The words of a query, and which of them are only prefixes.
  function wanted(query) {
    const words = [];
    for (const match of fold(query).matchAll(WORD)) {
      const cut = match[0].endsWith("*");
      const word = cut ? match[0].slice(0, -1) : match[0];
      for (const [run] of word.matchAll(RUNS)) {
        if (!FIRST.test(run)) {
          words.push({word: run.slice(0, MAX_WORD), cut});
          continue;
        }
        const signs = Array.from(run);
        if (signs.length === 1) words.push({word: run, cut: true});
        for (let start = 0; start + 1 < signs.length; start++) {
          words.push({word: signs[start] + signs[start + 1], cut: false});
        }
      }
    }
    const last = words[words.length - 1];
    // The last word may not be complete.
    if (last && !last.cut && last.word.length > 2 && /[\p{L}\p{N}\p{M}]$/u.test(query)) last.typed = true;
    return words;
  }

  function load(path) {
    if (!state.waiting.has(path)) {
      state.waiting.set(path, new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = path;
        script.onload = resolve;
        script.onerror = () => {
          state.waiting.delete(path);
          reject(new Error(`${path} cannot be loaded`));
        };
        document.head.append(script);
      }));
    }
    return state.waiting.get(path);
  }

  // The number of the file whose terms begin at or before a term.
  function fileOf(term) {
    const {terms} = state.index;
    let low = 0, high = terms.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (terms[middle] <= term) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }

  // Calls add(term, postings) for the terms that are a word or begin with it.
  async function terms({word, cut, typed}, add) {
    if (!state.index.terms.length) return;
    const prefix = cut || typed;
    const first = fileOf(word), last = prefix ? fileOf(word + "\uffff") : first;
    const numbers = [];
    for (let number = first; number <= last; number++) numbers.push(number);
    await Promise.all(numbers.map((number) => load(`search/terms/${number}.js`)));
    for (const number of numbers) {
      const file = state.terms.get(number);
      if (!prefix) {
        if (Object.hasOwn(file, word)) add(word, file[word]);
        continue;
      }
      for (const term in file) if (term.startsWith(word)) add(term, file[term]);
    }
  }

  // Adds the postings of a term: the highest weight of an article counts.
  function gather(postings, factor, weights) {
    let number = -1, step = 0;
    for (let at = 0; at < postings.length; at++) {
      const code = postings.charCodeAt(at);
      if (code >= 65 && code <= 90) {
        number += step || 1;
        step = 0;
        const weight = (code - 65) * factor;
        if (!(weights.get(number) >= weight)) weights.set(number, weight);
      } else {
        step = step * 36 + (code < 58 ? code - 48 : code - 87);
      }
    }
  }

  async function search(query) {
    const groups = await Promise.all(wanted(query).map(async (word) => {
      const weights = new Map();
      await terms(word, (term, postings) => gather(postings, term === word.word ? 1 : PREFIX, weights));
      return weights;
    }));
    if (!groups.length) return [];
    groups.sort((a, b) => a.size - b.size);
    const total = state.index.articles;
    const rare = groups.map(({size}) => Math.log(1 + (total - size + 0.5) / (size + 0.5)));
    const hits = [];
    for (const [number, weight] of groups[0]) {
      let score = weight * rare[0];
      for (let group = 1; group < groups.length && score >= 0; group++) {
        const other = groups[group].get(number);
        score = other === undefined ? -1 : score + other * rare[group];
      }
      if (score >= 0) hits.push({number, score});
    }
    return hits.sort((a, b) => b.score - a.score || b.number - a.number);
  }

  // The page

  const element = (id) => document.getElementById(id);

  function say(text) {
    element("status").textContent = text;
  }

  function marked(text, words) {
    const fragment = document.createDocumentFragment();
    let end = 0;
    for (const match of text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)) {
      const folded = fold(match[0]);
      const is = words.some(({word, cut, typed}) => folded === word || ((cut || typed) && folded.startsWith(word))
        || (FIRST.test(word) && folded.includes(word)));
      if (!is) continue;
      fragment.append(text.slice(end, match.index));
      const mark = document.createElement("mark");
      mark.textContent = match[0];
      fragment.append(mark);
      end = match.index + match[0].length;
    }
    fragment.append(text.slice(end));
    return fragment;
  }

  function shown([path, title, date, excerpt], words) {
    const item = document.createElement("li"), time = document.createElement("span");
    const text = document.createElement("div"), link = document.createElement("a"), more = document.createElement("p");
    time.className = "date";
    time.textContent = date;
    text.dir = "auto";
    link.href = path;
    link.append(marked(title, words));
    more.append(marked(excerpt, words));
    text.append(link, more);
    item.append(time, text);
    return item;
  }

  async function show(asked, words) {
    const size = state.index.perFile;
    const hits = state.hits.slice(state.shown, state.shown + STEP);
    const files = new Set(hits.map(({number}) => Math.floor(number / size)));
    await Promise.all([...files].map((number) => load(`search/articles/${number}.js`)));
    if (asked !== state.asked) return;
    for (const {number} of hits) {
      element("results").append(shown(state.entries.get(Math.floor(number / size))[number % size], words));
    }
    state.shown += hits.length;
    element("more").hidden = state.shown >= state.hits.length;
  }

  async function answer(query) {
    const asked = ++state.asked;
    try {
      await load("search/index.js");
      const hits = await search(query);
      if (asked !== state.asked) return;
      state.hits = hits;
      state.shown = 0;
      element("results").replaceChildren();
      element("more").hidden = true;
      const count = hits.length === 1 ? "1 article" : `${hits.length.toLocaleString("en")} articles`;
      say(wanted(query).length ? count : "");
      await show(asked, wanted(query));
    } catch (error) {
      say(error.message);
    }
  }

  function start() {
    const field = element("query");
    field.value = new URLSearchParams(location.search).get("q") || "";
    let timer = 0;
    const ask = () => {
      clearTimeout(timer);
      try {
        history.replaceState(null, "", `?q=${encodeURIComponent(field.value)}`);
      } catch {
        // From a folder, some browsers do not let pages change their address.
      }
      answer(field.value);
    };
    field.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(ask, 150);
    });
    element("form").addEventListener("submit", (event) => {
      event.preventDefault();
      ask();
    });
    element("more").addEventListener("click", () => show(state.asked, wanted(field.value)));
    if (field.value) answer(field.value);
  }

  if (typeof document !== "undefined") start();

  return {
    index: (index) => { state.index = index; },
    terms: (number, terms) => { state.terms.set(number, terms); },
    entries: (number, entries) => { state.entries.set(number, entries); },
    fold,
    wanted,
  };
})();
