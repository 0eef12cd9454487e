// 応援: one key calls without leaving the page; who may answer sees it within five seconds, without a sound.
(() => {
  "use strict";
  const EVERY = 5000;
  const LASTS = 30 * 60 * 1000;
  const CALLED = "madoguchi.help";
  const AS_SCRIPT = { "X-Draft": "1" };

  // --- Who calls ------------------------------------------------------------------------------------------------
  const form = document.querySelector("form[data-help]");
  const status = form?.querySelector("[data-help-status]");
  let watching = 0;

  const called = () => {
    try {
      return Number(sessionStorage.getItem(CALLED) ?? 0);
    } catch {
      return 0; // storage refused by policy: the next page does not go on asking
    }
  };
  const note = (at) => {
    try {
      if (at) sessionStorage.setItem(CALLED, String(at));
      else sessionStorage.removeItem(CALLED);
    } catch {
      // As above.
    }
  };

  const show = ({ state, text }) => {
    status.textContent = text;
    if (state !== "none") return;
    clearInterval(watching);
    watching = 0;
    note(0);
  };

  const look = async () => {
    try {
      const answer = await fetch(form.dataset.mineUrl, { headers: AS_SCRIPT });
      if (answer.ok) show(await answer.json());
    } catch {
      // No connection: asked again in a moment.
    }
  };
  const watch = () => {
    if (!watching) watching = setInterval(look, EVERY);
  };

  form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: AS_SCRIPT });
      if (!answer.ok) throw new Error();
      show(await answer.json());
      note(Date.now());
      watch();
    } catch {
      status.textContent = form.dataset.failed;
    }
  });
  if (form && Date.now() - called() < LASTS) {
    look();
    watch();
  }

  // --- Who may answer -------------------------------------------------------------------------------------------
  const strip = document.querySelector("[data-help-url]");
  if (!strip) return;
  let shown = "";
  const ask = async () => {
    try {
      const answer = await fetch(strip.dataset.helpUrl, { headers: AS_SCRIPT });
      if (!answer.ok) return;
      const html = await answer.text();
      const parsed = new DOMParser().parseFromString(html, "text/html").body;
      // The token of a form is new with every answer: only what is read counts as a change.
      const words = parsed.textContent.replace(/\s+/g, " ").trim();
      if (words === shown) return;
      shown = words;
      strip.replaceChildren(...parsed.childNodes);
    } catch {
      // No connection: asked again in a moment.
    }
  };
  strip.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      await fetch(event.target.action, { method: "POST", body: new FormData(event.target), headers: AS_SCRIPT });
    } finally {
      ask();
    }
  });
  ask();
  setInterval(ask, EVERY);
})();
