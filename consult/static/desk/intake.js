// The intake page: asks for hints. The draft is kept by draft.js.
(() => {
  "use strict";
  const form = document.getElementById("intake");
  if (!form) return;
  const announcer = document.getElementById("announcer");
  const HINT_AFTER = 600;
  const AS_SCRIPT = { "X-Draft": "1" };

  // --- Hints --------------------------------------------------------------------------------------------------
  const panels = [...form.querySelectorAll("[data-url]")].map((element) => ({
    element,
    names: element.dataset.fields.split(" "),
    asked: "",
    timer: 0,
    round: 0,
    waiting: null, // an answer that came while somebody stood in the panel
  }));

  // A name that ends with * stands for all rows: transfers-*.
  const fieldsOf = (names) =>
    names.flatMap((name) => {
      if (!name.endsWith("*")) return form.elements[name] ? [[name, form.elements[name]]] : [];
      return [...form.elements].filter((field) => field.name.startsWith(name.slice(0, -1))).map((field) => [field.name, field]);
    });
  const valueOf = (field) => (field.type === "checkbox" && !field.checked ? "" : field.value);
  const values = (names) => fieldsOf(names).map(([, field]) => valueOf(field)).join("\u0000");
  const concerns = (names, name) =>
    names.some((each) => (each.endsWith("*") ? name.startsWith(each.slice(0, -1)) : each === name));

  const fill = (panel, html) => {
    const stood = panel.element.contains(document.activeElement) ? document.activeElement : null;
    if (stood && !stood.matches("select")) {
      panel.waiting = html;
      return;
    }
    panel.waiting = null;
    panel.element.innerHTML = html;
    if (stood) panel.element.querySelector(`select[name="${stood.name}"]`)?.focus(); // a list of the panel itself
    for (const key of panel.element.querySelectorAll("[data-shortcut]")) {
      key.setAttribute("aria-keyshortcuts", key.dataset.shortcut);
    }
    askAgain(panel);
    const words = panel.element.querySelector("[data-say]")?.dataset.say;
    if (words && announcer) announcer.textContent = words;
    if (words) rollBackTo(panel.element);
  };

  // A part that is down says after how many seconds it may be asked again.
  const askAgain = (panel) => {
    const again = panel.element.querySelector("[data-again]");
    if (!again) return;
    clearTimeout(panel.timer);
    panel.timer = setTimeout(() => {
      panel.asked = "";
      ask(panel);
    }, Number(again.dataset.again) * 1000);
  };

  // News above what the column shows (it was rolled down to a guidance): back to it, unless somebody stands there.
  const rollBackTo = (element) => {
    const column = element.closest(".intake__hints");
    const card = element.parentElement.getBoundingClientRect();
    const above = card.top - column.getBoundingClientRect().top;
    if (above < 0 && !column.contains(document.activeElement)) column.scrollTop += above;
  };

  const ask = async (panel) => {
    const now = values(panel.names);
    if (now === panel.asked) return;
    panel.asked = now;
    const round = ++panel.round;
    const data = new FormData();
    data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    for (const [name, field] of fieldsOf(panel.names)) data.set(name, valueOf(field));
    try {
      const answer = await fetch(panel.element.dataset.url, { method: "POST", body: data, headers: AS_SCRIPT });
      if (!answer.ok) throw new Error(String(answer.status));
      const html = await answer.text();
      if (round === panel.round) fill(panel, html); // else a later question is on its way
    } catch {
      if (round === panel.round) panel.asked = ""; // ask again with the next key
    }
  };

  const consider = (name) => {
    for (const panel of panels.filter((each) => concerns(each.names, name))) {
      clearTimeout(panel.timer);
      panel.timer = setTimeout(() => ask(panel), HINT_AFTER);
    }
  };

  for (const panel of panels) {
    panel.element.addEventListener("focusout", () =>
      setTimeout(() => panel.waiting !== null && fill(panel, panel.waiting)),
    );
  }

  // --- 本人: the contract party is the caller, and not asked twice ----------------------------------------------
  const partyFields = form.querySelector("[data-party-fields]");
  const same = form.querySelector("[data-same]");
  const foldParty = () => {
    const typed = [...partyFields.querySelectorAll("input")].some((field) => field.value.trim());
    const isSelf = form.elements.relation.value === "SELF";
    same.hidden = !isSelf || typed;
    partyFields.hidden = isSelf && !typed;
  };

  // --- Typing -------------------------------------------------------------------------------------------------
  const changed = (event) => {
    // Words still being converted by the input method are not words yet: the end of composition comes here again.
    if (event.isComposing || !event.target.name) return;
    consider(event.target.name);
    if (event.target.name === "relation") foldParty();
  };
  for (const kind of ["input", "compositionend"]) form.addEventListener(kind, changed);

  foldParty();
  for (const panel of panels) if (values(panel.names).replaceAll("\u0000", "").trim()) ask(panel);
  if (!document.querySelector("[data-focus-on-load]")) form.elements.narrative.focus({ preventScroll: true });
})();
