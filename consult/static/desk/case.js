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

  const page = document.querySelector("[data-revealed]");
  if (!page) return;
  window.addEventListener("pagehide", () => {
    page.hidden = true;
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.replace(page.dataset.revealed);
  });
})();
