// A case's page: half-typed words are not lost by a key, and what was revealed does not come back with the back button.
(() => {
  "use strict";
  const started = new Map();
  const state = (form) => [...new FormData(form)].map(([name, value]) => `${name}=${value}`).join("\n");
  const guarded = [...document.querySelectorAll("form[data-guard]")];
  for (const form of guarded) started.set(form, state(form));

  let sent = null;
  document.addEventListener("submit", (event) => (sent = event.target));
  window.addEventListener("beforeunload", (event) => {
    // What the server refused counts as typed: it is nowhere but here.
    const refused = (form) => form.querySelector("[aria-invalid=true]") !== null;
    const unsaved = (form) => form !== sent && (refused(form) || state(form) !== started.get(form));
    if (guarded.some(unsaved)) {
      event.preventDefault();
      sent = null;
    }
  });

  // --- What is revealed stays until the page is left, or nobody has touched it for ten minutes ---------------------
  const IDLE = 10 * 60 * 1000;
  const parts = () => [...document.querySelectorAll("[data-part]")];
  const masked = new Map();
  let idle = 0;

  const hide = () => {
    clearTimeout(idle);
    for (const part of parts()) {
      if (masked.has(part.id)) part.replaceWith(masked.get(part.id));
    }
    masked.clear();
  };

  const wait = () => {
    clearTimeout(idle);
    if (masked.size) idle = setTimeout(hide, IDLE);
  };
  for (const kind of ["keydown", "pointermove", "wheel"]) addEventListener(kind, wait, { passive: true });

  const show = (html) => {
    const answer = new DOMParser().parseFromString(html, "text/html");
    for (const part of parts()) {
      const now = answer.getElementById(part.id);
      if (!now) continue;
      if (!masked.has(part.id)) masked.set(part.id, part);
      part.replaceWith(document.adoptNode(now));
    }
    wait();
    const refused = document.querySelector("#part-people [aria-invalid=true]");
    (refused ?? document.getElementById("people-title")).focus();
  };

  // In place, so that a half-written 経過 is not lost; where that fails, as a page of its own.
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("form[data-reveal]") || !window.fetch) return;
    event.preventDefault();
    sent = null;
    const body = new FormData(form, event.submitter);
    form.querySelectorAll("button").forEach((button) => (button.disabled = true));
    try {
      const answer = await fetch(form.action, { method: "POST", body, credentials: "same-origin" });
      if (answer.redirected || ![200, 403, 422].includes(answer.status)) throw new Error();
      show(await answer.text());
    } catch {
      form.querySelectorAll("button").forEach((button) => (button.disabled = false));
      HTMLFormElement.prototype.submit.call(form);
    }
  });

  // A file was attached: the list is new, and masked.
  document.addEventListener("files:changed", () => masked.delete("part-files"));

  window.addEventListener("pagehide", hide);
  const page = document.querySelector("[data-revealed]");
  if (!page) return;
  window.addEventListener("pagehide", () => {
    page.hidden = true;
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.replace(page.dataset.revealed);
  });
  idle = setTimeout(() => location.replace(page.dataset.revealed), IDLE);
})();
