// The intake page: keeps a sealed draft on the server a second after the last key, and asks for hints.
// The form works without it; nothing typed is stored in the browser.
(() => {
  "use strict";
  const form = document.getElementById("intake");
  if (!form) return;
  const status = document.getElementById("draft-status");
  const sequence = form.elements.sequence;
  const DRAFT_AFTER = 1000;
  const HINT_AFTER = 600;
  const RETRY_AFTER = 3000;

  for (const button of form.querySelectorAll("[data-needs-no-script]")) button.hidden = true;

  // --- Draft --------------------------------------------------------------------------------------------------
  let timer = 0;
  let sending = false;
  let dirty = false;
  let leaving = false;

  const body = () => {
    sequence.value = String(Number(sequence.value) + 1);
    return new FormData(form);
  };

  const keep = async () => {
    if (sending || !dirty || leaving) return;
    sending = true;
    dirty = false;
    try {
      const answer = await fetch(form.dataset.draftUrl, { method: "POST", body: body(), headers: { "X-Draft": "1" } });
      if (answer.ok) {
        status.textContent = (await answer.json()).message;
      } else if (answer.status === 401 || answer.status === 403 || answer.status === 413) {
        const type = answer.headers.get("content-type") ?? "";
        status.textContent = type.includes("json") ? (await answer.json()).message : await signInAgain(answer);
        dirty = true;
      } else {
        throw new Error(String(answer.status));
      }
    } catch {
      status.textContent = form.dataset.lostText;
      dirty = true;
      plan(RETRY_AFTER);
    }
    sending = false;
    if (dirty && !timer) plan(RETRY_AFTER);
  };

  const signInAgain = async (answer) => (answer.status === 401 ? answer.text() : form.dataset.lostText);

  const plan = (delay) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      timer = 0;
      keep();
    }, delay);
  };

  // --- Hints --------------------------------------------------------------------------------------------------
  const panels = [...form.querySelectorAll("[data-url]")].map((element) => ({
    element,
    names: element.dataset.fields.split(" "),
    asked: "",
    timer: 0,
    round: 0,
  }));

  const values = (names) => names.map((name) => form.elements[name]?.value ?? "").join("\u0000");

  const ask = async (panel) => {
    const now = values(panel.names);
    if (now === panel.asked) return;
    panel.asked = now;
    const round = ++panel.round;
    const data = new FormData();
    data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    for (const name of panel.names) data.set(name, form.elements[name]?.value ?? "");
    try {
      const answer = await fetch(panel.element.dataset.url, { method: "POST", body: data, headers: { "X-Draft": "1" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const html = await answer.text();
      if (round !== panel.round) return; // a later question is on its way
      panel.element.innerHTML = html;
    } catch {
      if (round === panel.round) panel.asked = ""; // ask again with the next key
    }
  };

  const consider = (name) => {
    for (const panel of panels) {
      if (!panel.names.includes(name)) continue;
      clearTimeout(panel.timer);
      panel.timer = setTimeout(() => ask(panel), HINT_AFTER);
    }
  };

  // --- Typing -------------------------------------------------------------------------------------------------
  const changed = (event) => {
    // Words still being converted by the input method are not words yet: the end of composition comes here again.
    if (event.isComposing || !event.target.name) return;
    dirty = true;
    status.textContent = form.dataset.typingText;
    plan(DRAFT_AFTER);
    consider(event.target.name);
  };
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  form.addEventListener("compositionend", changed);

  form.addEventListener("submit", () => {
    leaving = true;
    clearTimeout(timer);
    body();
  });
  // Back from the next page by the browser's button: the page is alive again.
  window.addEventListener("pageshow", () => {
    leaving = false;
  });
  window.addEventListener("pagehide", () => {
    if (dirty && !leaving) navigator.sendBeacon?.(form.dataset.draftUrl, body());
  });
  window.addEventListener("online", () => plan(0));

  for (const panel of panels) if (values(panel.names).replaceAll("\u0000", "").trim()) ask(panel);
  if (!form.querySelector("[aria-invalid=true]")) form.elements.narrative?.focus({ preventScroll: true });
})();
