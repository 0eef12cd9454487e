// Who else has this case open: a sign of life every half minute while the page is in sight, a goodbye when it is left.
(() => {
  "use strict";
  const line = document.querySelector("[data-viewing-url]");
  if (!line || !window.fetch) return;
  const BEAT = 30 * 1000;
  let last = 0;

  const fields = (more) =>
    new URLSearchParams({ csrfmiddlewaretoken: line.dataset.token, ...(line.dataset.editing ? { editing: "1" } : {}), ...more });

  const beat = async () => {
    if (document.visibilityState !== "visible" || Date.now() - last < BEAT - 500) return;
    last = Date.now();
    try {
      const headers = { "X-Draft": "1" };
      const answer = await fetch(line.dataset.viewingUrl, { method: "POST", body: fields({}), credentials: "same-origin", headers });
      if (!answer.ok) return; // signed out, or the case is gone: the page itself will say so
      const { text } = await answer.json();
      if (text !== line.textContent) line.textContent = text;
    } catch {
      // no connection: said where something is lost by it
    }
  };

  setInterval(beat, BEAT);
  document.addEventListener("visibilitychange", beat);
  window.addEventListener("pagehide", () => navigator.sendBeacon?.(line.dataset.viewingUrl, fields({ left: "1" })));
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) last = 0;
    beat();
  });
})();
