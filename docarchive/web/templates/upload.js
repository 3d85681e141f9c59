// Files that are dropped on the page of imports, and how much of them is uploaded. The form works without it.
"use strict";

(() => {
  const form = document.querySelector("form[data-upload]");
  if (!form) return;
  const files = form.querySelector("input[type=file]");
  const progress = form.querySelector("progress");
  const status = form.querySelector("[role=status]");

  function send() {
    const request = new XMLHttpRequest();
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) progress.value = event.loaded / event.total;
    });
    request.addEventListener("load", () => {
      if (request.status < 400) { location.href = request.responseURL; return; }
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      const sentence = page.querySelector("[role=alert]") || page.querySelector("main p") || page.body;
      end(sentence.textContent.trim());
    });
    request.addEventListener("error", () => end("The connection was lost. Nothing was imported."));
    progress.hidden = false;
    form.querySelector("button").disabled = true;
    status.textContent = "Uploading";
    request.open("POST", form.action);
    request.send(new FormData(form));
  }

  function end(sentence) {
    status.textContent = sentence;
    progress.hidden = true;
    const button = form.querySelector("button");
    button.disabled = false;
    if (document.activeElement === document.body) button.focus();  // it lost the focus when it was disabled
  }

  form.addEventListener("submit", (event) => { event.preventDefault(); send(); });
  document.addEventListener("dragover", (event) => { event.preventDefault(); form.classList.add("over"); });
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) form.classList.remove("over"); });
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("over");
    if (event.dataTransfer.files.length) {
      files.files = event.dataTransfer.files;
      send();
    } else {
      const field = form.querySelector("textarea");
      field.value = [field.value.trim(), event.dataTransfer.getData("text/uri-list")].filter(Boolean).join("\n");
    }
  });
})();
