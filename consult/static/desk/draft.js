// A form that keeps a sealed draft on the server a second after the last key: the intake page and the correction.
// The form works without it; nothing typed is stored in the browser.
(() => {
  "use strict";
  const form = document.querySelector("form[data-draft-url]");
  if (!form) return;
  const status = document.getElementById("draft-status");
  const stale = document.querySelector("[data-stale]");
  const sequence = form.elements.sequence;
  const DRAFT_AFTER = 1000;
  const DRAFT_AT_LATEST = 4000; // for who types without a pause
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
    const { state, message, sequence: held, changed } = await answer.json();
    if (stale) stale.hidden = !changed;
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

  // --- Typing -------------------------------------------------------------------------------------------------
  const typed = (event) => {
    // Words still being converted by the input method are not words yet: the end of composition comes here again.
    if (event.isComposing || !event.target.name) return;
    dirtySince ||= Date.now();
    if (!trouble) status.textContent = form.dataset.typingText;
    plan(Math.max(0, Math.min(DRAFT_AFTER, dirtySince + DRAFT_AT_LATEST - Date.now())));
  };
  for (const kind of ["input", "compositionend"]) form.addEventListener(kind, typed);

  // --- Leaving ------------------------------------------------------------------------------------------------
  form.addEventListener("submit", (event) => {
    leaving = true;
    clearTimeout(timer);
    // A draft of a correction that arrives after its save would come back as something never saved.
    if (!underWay || !form.matches("[data-draft-first]")) return;
    event.preventDefault();
    underWay.then(() => form.requestSubmit(event.submitter));
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
})();
