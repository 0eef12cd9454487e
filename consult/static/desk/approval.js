// 決裁: tick all cases of the list at once; tell the server that a card was looked at.
(() => {
  "use strict";
  const all = document.querySelector("[data-tick-all]");
  if (all) {
    all.hidden = false;
    all.addEventListener("change", (event) => {
      for (const box of document.querySelectorAll("input[name=chosen]")) box.checked = event.target.checked;
    });
  }

  const card = document.querySelector("[data-seen-url]");
  const token = document.querySelector("input[name=csrfmiddlewaretoken]");
  if (!card || !token || !window.fetch) return;
  const tell = () => {
    // Looked at means shown: a tab opened in the background has shown nothing yet.
    if (document.visibilityState !== "visible") return;
    document.removeEventListener("visibilitychange", tell);
    const body = new URLSearchParams({ csrfmiddlewaretoken: token.value, revision: card.dataset.seenRevision });
    fetch(card.dataset.seenUrl, { method: "POST", body, credentials: "same-origin", headers: { "X-Draft": "1" } }).catch(() => {});
  };
  document.addEventListener("visibilitychange", tell);
  tell();
})();
