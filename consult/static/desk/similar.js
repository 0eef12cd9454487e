// Similar cases: what is said of a hit is sent without leaving the page, and a case's list is loaded in place.
// Without it both are pages of their own.
(() => {
  "use strict";
  if (!window.fetch) return;
  const AS_SCRIPT = { "X-Draft": "1" };
  const say = (words) => {
    const announcer = document.getElementById("announcer");
    if (announcer) announcer.textContent = words;
  };

  const tellKeys = (root) => {
    for (const key of root.querySelectorAll("[data-shortcut]")) {
      key.setAttribute("aria-keyshortcuts", key.dataset.shortcut);
    }
  };

  const judge = async (button) => {
    const line = button.closest("[data-judged]");
    const data = new FormData();
    data.set("csrfmiddlewaretoken", button.form.elements.csrfmiddlewaretoken.value);
    data.set("judge", button.value);
    const answer = await fetch(button.formAction, { method: "POST", body: data, headers: AS_SCRIPT });
    if (!answer.ok) throw new Error(String(answer.status));
    const held = new DOMParser().parseFromString(await answer.text(), "text/html").body.firstElementChild;
    line.replaceWith(document.adoptNode(held));
    held.querySelector("button")?.focus();
    say(held.querySelector(".chip")?.textContent ?? "");
  };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("button[data-judge]");
    if (!button) return;
    event.preventDefault();
    button.disabled = true;
    try {
      await judge(button);
    } catch {
      button.disabled = false;
      button.focus();
      say(document.querySelector("[data-trouble=lost]")?.textContent ?? "");
    }
  });

  // --- The list on a case's page --------------------------------------------------------------------------------
  const load = async (place, url) => {
    const data = new FormData();
    data.set("csrfmiddlewaretoken", place.closest("form").elements.csrfmiddlewaretoken.value);
    const answer = await fetch(url, { method: "POST", body: data, headers: AS_SCRIPT });
    if (!answer.ok) throw new Error(String(answer.status));
    place.innerHTML = await answer.text();
    tellKeys(place);
    const again = place.querySelector("[data-again]");
    if (again) setTimeout(() => load(place, url).catch(() => {}), Number(again.dataset.again) * 1000);
    say(place.querySelector("[data-say]")?.dataset.say ?? place.textContent.trim());
  };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("button[data-load-similar]");
    if (!button) return;
    event.preventDefault();
    const place = button.closest("[data-similar]");
    const list = place.closest("form");
    const url = button.formAction;
    button.disabled = true;
    try {
      await load(place, url);
      list.focus();
    } catch {
      button.disabled = false;
      list.action = url;
      list.submit();
    }
  });
})();
