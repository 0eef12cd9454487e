// The intake page: keeps a sealed draft on the server a second after the last key, and asks for hints.
// The form works without it; nothing typed is stored in the browser.
(() => {
  "use strict";
  const form = document.getElementById("intake");
  if (!form) return;
  const status = document.getElementById("draft-status");
  const announcer = document.getElementById("announcer");
  const sequence = form.elements.sequence;
  const DRAFT_AFTER = 1000;
  const DRAFT_AT_LATEST = 4000; // for who types without a pause
  const HINT_AFTER = 600;
  const RETRY_AFTER = 3000;
  const AS_SCRIPT = { "X-Draft": "1" };

  for (const button of form.querySelectorAll("[data-needs-no-script]")) button.hidden = true;

  // --- Draft --------------------------------------------------------------------------------------------------
  let timer = 0;
  let dirtySince = 0; // when the first key came that the server does not hold; 0: all is held
  let underWay = null;
  let leaving = false;
  let trouble = "";

  const tell = (kind) => {
    if (kind === trouble) return;
    trouble = kind;
    for (const words of document.querySelectorAll("[data-trouble]")) words.hidden = words.dataset.trouble !== kind;
    if (kind) status.textContent = "";
  };

  const nextSequence = () => (sequence.value = String(Number(sequence.value) + 1));

  const post = () => {
    nextSequence();
    return fetch(form.dataset.draftUrl, { method: "POST", body: new FormData(form), headers: AS_SCRIPT });
  };

  // After a sign-in in another tab the page's token is old. False where nobody, or somebody else, is signed in.
  const freshToken = async () => {
    const answer = await fetch(form.dataset.tokenUrl, { headers: AS_SCRIPT });
    if (!answer.ok) return tell("signed-out") ?? false;
    const { token, account } = await answer.json();
    if (account !== form.elements.account.value) return tell("other-account") ?? false;
    for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token;
    return true;
  };

  const send = async () => {
    let answer = await post();
    if (answer.status === 401) return tell("signed-out");
    if (answer.status === 403) {
      if (!(await freshToken())) return;
      answer = await post();
    }
    if (answer.status === 404) return tell("not-found");
    if (answer.status !== 409 && answer.status !== 413 && !answer.ok) throw new Error(String(answer.status));
    const { state, message, sequence: held } = await answer.json();
    if (state === "superseded") sequence.value = held;
    tell(state === "stored" ? "" : state);
    if (state === "stored") status.textContent = message;
  };

  const FINAL = ["superseded", "recorded", "not-found"]; // only a person can decide how to go on

  const keep = async () => {
    if (!dirtySince || leaving || FINAL.includes(trouble)) return;
    if (underWay) return underWay;
    const since = dirtySince;
    dirtySince = 0;
    underWay = send()
      .catch(() => tell("lost"))
      .then(() => {
        underWay = null;
        if (trouble) dirtySince ||= since;
        if (dirtySince) plan(trouble ? RETRY_AFTER : DRAFT_AFTER);
      });
    return underWay;
  };

  const plan = (delay) => {
    clearTimeout(timer);
    timer = setTimeout(keep, delay);
  };

  document.querySelector("[data-take-over]")?.addEventListener("click", () => {
    tell("");
    dirtySince ||= Date.now();
    keep();
    form.elements.narrative.focus();
  });
  for (const link of document.querySelectorAll("[data-reload]")) {
    link.addEventListener("click", () => (leaving = true));
  }

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
    dirtySince ||= Date.now();
    if (!trouble) status.textContent = form.dataset.typingText;
    plan(Math.max(0, Math.min(DRAFT_AFTER, dirtySince + DRAFT_AT_LATEST - Date.now())));
    consider(event.target.name);
    if (event.target.name === "relation") foldParty();
  };
  for (const kind of ["input", "compositionend"]) form.addEventListener(kind, changed);

  // --- Leaving ------------------------------------------------------------------------------------------------
  form.addEventListener("submit", () => {
    leaving = true;
    clearTimeout(timer);
  });
  // A draft that is on its way would come back after it was thrown away: wait for it.
  document.querySelector("[data-discard]")?.addEventListener("submit", (event) => {
    leaving = true;
    clearTimeout(timer);
    if (!underWay) return;
    event.preventDefault();
    underWay.then(() => event.target.submit());
  });
  // Another page, such as the next call: first the words of this one.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href], [data-go]");
    const parks = link?.matches("[data-go]");
    const leaves = link && !link.target && (parks || !link.getAttribute("href").startsWith("#")) && !link.matches("[data-reload]");
    if (!leaves || (!parks && (!dirtySince || event.ctrlKey || event.metaKey || event.shiftKey))) return;
    event.preventDefault();
    Promise.resolve(underWay).then(keep).then(() => {
      if (!dirtySince || window.confirm(document.querySelector("[data-trouble]:not([hidden])")?.textContent ?? "")) {
        dirtySince = 0;
        location.assign(link.dataset.go ?? link.href);
      }
    });
  });
  window.addEventListener("beforeunload", (event) => {
    if (dirtySince && !leaving && trouble) event.preventDefault();
  });
  window.addEventListener("pagehide", () => {
    if (!(dirtySince || underWay) || leaving) return;
    nextSequence();
    navigator.sendBeacon?.(form.dataset.draftUrl, new FormData(form));
  });
  // Back by the browser's button: the page is alive again.
  window.addEventListener("pageshow", () => (leaving = false));
  window.addEventListener("online", () => plan(0));
  // Back from signing in in another tab.
  window.addEventListener("focus", () => trouble && plan(0));
  document.addEventListener("visibilitychange", () => {
    if (dirtySince && (trouble || document.visibilityState === "hidden")) plan(0);
  });

  // Reloading the page of a refusal must not send its old words again: it asks for the page, and the draft comes back.
  history.replaceState(history.state, "", location.href);

  foldParty();
  for (const panel of panels) if (values(panel.names).replaceAll("\u0000", "").trim()) ask(panel);
  if (!document.querySelector("[data-focus-on-load]")) form.elements.narrative.focus({ preventScroll: true });
})();
