// The words of an article that are selected are in the field for words to mark. Without it, they are typed there.
"use strict";

(() => {
  const form = document.querySelector("form[data-mark]"), text = document.querySelector("article > .text");
  if (!form || !text) return;
  const { text: field, occurrence } = form.elements;
  // What other words that are selected replace: nothing that was typed, unless it was refused.
  let filled = field.value;

  // Returns the text from one place to another.
  function between(start, startOffset, end, endOffset) {
    const range = document.createRange();
    range.setStart(start, startOffset);
    range.setEnd(end, endOffset);
    return range.toString();
  }

  // Returns whether a selection is in the text of the article; that of a whole paragraph ends at what comes after it.
  function isInText({ startContainer, endContainer, endOffset }) {
    if (!text.contains(startContainer)) return false;
    return text.contains(endContainer) || !between(text, text.childNodes.length, endContainer, endOffset).trim();
  }

  const withoutSpaces = (words) => words.replace(/\s+/g, "");

  document.addEventListener("selectionchange", () => {
    const selection = document.getSelection();
    const words = selection.toString().trim().replace(/\s+/g, " ");
    if (!words || field.value !== filled || !isInText(selection.getRangeAt(0))) return;
    field.value = filled = words;
    const { startContainer, startOffset } = selection.getRangeAt(0);
    const before = withoutSpaces(between(text, 0, startContainer, startOffset));
    occurrence.value = before.split(withoutSpaces(words)).length;
    occurrence.disabled = false;
  });
  field.addEventListener("input", () => {
    occurrence.disabled = true;
    if (!field.value) filled = "";
  });
})();
