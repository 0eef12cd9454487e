// What every page shares: keyboard shortcuts, focus after errors, copying between fields, spoken progress.
// Everything works without it; nothing here stores what people type.
(() => {
  "use strict";

  const OFF = "madoguchi.shortcuts";
  const dialog = document.getElementById("shortcuts");
  const announcer = document.getElementById("announcer");

  // --- Keyboard shortcuts -------------------------------------------------------------------------------------
  const composing = (event) => event.isComposing || event.keyCode === 229;

  const switchedOff = () => {
    try {
      return localStorage.getItem(OFF) === "off";
    } catch {
      return false; // storage refused by policy: shortcuts stay on
    }
  };

  const remember = (on) => {
    try {
      if (on) localStorage.removeItem(OFF);
      else localStorage.setItem(OFF, "off");
    } catch {
      // Storage refused by policy: the choice lasts for this page.
    }
  };

  // "Ctrl+Enter", "Alt+1", "F2". A bare letter is never a shortcut (WCAG 2.1.4), Shift and Meta are left to the system.
  const chord = (event) => {
    if (event.metaKey || event.shiftKey || event.getModifierState?.("AltGraph")) return "";
    const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code);
    const key = digit ? digit[1] : event.key.length === 1 ? event.key.toUpperCase() : event.key;
    const modifiers = (event.ctrlKey ? "Ctrl+" : "") + (event.altKey ? "Alt+" : "");
    return modifiers || /^F\d+$/.test(key) ? modifiers + key : "";
  };

  const usable = (element) => !element.disabled && element.checkVisibility();
  const targets = () => [...document.querySelectorAll("[data-shortcut]")].filter(usable);
  const field = "input:not([type=hidden]), select, textarea";

  const activate = (element) => {
    if (element.matches(field)) {
      element.focus();
      element.select?.();
    } else if (element.matches("a[href], button")) {
      element.click();
    } else if (element.matches("summary")) {
      element.click();
      const next = [...element.parentElement.querySelectorAll(field)].find(usable) ?? element;
      next.focus();
      next.select?.();
    } else {
      // The same key again goes on to the next folded part, and opens it.
      const stops = [element, ...element.querySelectorAll("details[data-stop]")];
      const at = stops.findLastIndex((stop) => stop.contains(document.activeElement));
      const stop = stops[(at + 1) % stops.length];
      if (stop !== element) stop.open = true;
      stop.scrollIntoView({ block: "start" });
      const first = [...stop.querySelectorAll(field)].find(usable);
      if (!first && !element.hasAttribute("tabindex")) element.tabIndex = -1;
      (first ?? element).focus({ preventScroll: Boolean(first) });
      first?.scrollIntoView({ block: "nearest" });
    }
  };

  const named = (id) => document.getElementById(id)?.textContent;
  const label = (element) => {
    const text =
      element.dataset.shortcutLabel ||
      element.getAttribute("aria-label") ||
      (element.getAttribute("aria-labelledby") ?? "").split(/\s+/).map(named).filter(Boolean).join(" ");
    if (text) return text;
    const copy = (element.labels?.[0] ?? element.querySelector("legend, h2, h3") ?? element).cloneNode(true);
    copy.querySelectorAll("kbd, .field__required").forEach((part) => part.remove());
    return copy.textContent.trim();
  };

  const openList = () => {
    if (!dialog || dialog.open) return;
    const list = dialog.querySelector("[data-shortcut-list]");
    const entries = targets().map((element) => [element.dataset.shortcut, label(element)]);
    const close = dialog.querySelector("[data-close-label]");
    entries.push(["Esc", close.dataset.closeLabel]);
    list.replaceChildren(
      ...entries.flatMap(([keys, words]) => {
        const term = document.createElement("dt");
        const kbd = document.createElement("kbd");
        const meaning = document.createElement("dd");
        kbd.className = "key key--bare";
        kbd.textContent = keys;
        meaning.textContent = words;
        term.append(kbd);
        return [term, meaning];
      }),
    );
    dialog.querySelector("[data-shortcuts-switch]").checked = !switchedOff();
    dialog.showModal();
  };

  const tellShortcuts = (root) => {
    for (const element of root.querySelectorAll("[data-shortcut]")) {
      if (element.matches(`a[href], button, summary, ${field}`)) {
        element.setAttribute("aria-keyshortcuts", element.dataset.shortcut.replace("Ctrl", "Control"));
      }
    }
  };

  document.addEventListener("keydown", (event) => {
    if (composing(event) || event.defaultPrevented) return;
    if (event.key === "Enter" && !event.ctrlKey && event.target.matches?.("form[data-no-enter-submit] input")) {
      if (!/^(submit|button|reset|image|file|checkbox|radio)$/.test(event.target.type)) event.preventDefault();
      return;
    }
    if (event.key === "Escape") {
      for (const menu of document.querySelectorAll("details.menu[open]")) {
        const inside = menu.contains(document.activeElement);
        menu.open = false;
        if (inside) menu.querySelector("summary").focus();
      }
      return;
    }
    const keys = chord(event);
    if (!keys || switchedOff() || dialog?.open) return;
    const candidates = targets().filter((candidate) => candidate.dataset.shortcut === keys);
    // Ctrl+Enter saves the form being filled in, no other.
    const { form } = event.target;
    let element = candidates.find((candidate) => form?.contains(candidate));
    if (!element && keys === "Ctrl+Enter" && form?.method === "post") {
      const buttons = [...form.elements].filter((one) => one.type === "submit" && usable(one));
      if (buttons.length === 1) [element] = buttons;
    } else if (candidates.length === 1 || !candidates[0]?.form) element ??= candidates[0];
    if (!element) return;
    event.preventDefault();
    if (!event.repeat) activate(element);
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-open-shortcuts]")) openList();
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  // Browsers bring only the caret of a text area into view; the save bar must not lie on the rest of it.
  let pointing = false;
  document.addEventListener("pointerdown", () => (pointing = true), true);
  document.addEventListener("keydown", () => (pointing = false), true);
  document.addEventListener("focusin", (event) => {
    if (!pointing && event.target.matches(field) && document.querySelector(".save-bar")) {
      event.target.scrollIntoView({ block: "nearest" });
    }
  });

  // --- Copying between fields: 契約当事者 is the 相談者 ------------------------------------------------------
  // <input data-copy-from="id_caller_name" data-copy-when="id_same">: follows its source while the box is ticked,
  // and never overwrites what was typed into it.
  const copies = new WeakMap();
  const copyAll = () => {
    for (const into of document.querySelectorAll("[data-copy-from][data-copy-when]")) {
      const from = document.getElementById(into.dataset.copyFrom);
      if (!from || !document.getElementById(into.dataset.copyWhen)?.checked) continue;
      const untouched = into.value === "" || into.value === copies.get(into);
      if (!untouched || into.value === from.value) continue;
      into.value = from.value;
      copies.set(into, from.value);
      into.dispatchEvent(new Event("input", { bubbles: true }));
    }
  };
  document.addEventListener("change", copyAll);

  // --- After load and after each htmx swap --------------------------------------------------------------------
  const said = new Map();
  const announce = (root) => {
    const spoken = root.matches?.("[data-announce]") ? [root] : root.querySelectorAll("[data-announce]");
    for (const element of spoken) {
      if (said.get(element.id) === element.dataset.announce) continue;
      const first = !said.has(element.id);
      said.set(element.id, element.dataset.announce);
      if (!first && announcer) announcer.textContent = element.dataset.announce;
    }
  };

  const prepare = (root) => {
    tellShortcuts(root);
    announce(root);
    (root.matches?.("[data-focus-on-load]") ? root : root.querySelector("[data-focus-on-load]"))?.focus();
  };

  // A request that got no answer is said once, above the page, and taken back by the next answer;
  // so is a session that ended meanwhile (401), in the server's words.
  const lost = document.getElementById("connection-lost");
  const messages = document.getElementById("messages");
  const tellLost = (words) => {
    if (!lost || !messages || messages.querySelector("[data-lost]")) return;
    const notice = lost.content.cloneNode(true);
    if (words) notice.querySelector("p").textContent = words;
    messages.append(notice);
  };
  document.addEventListener("htmx:sendError", () => tellLost());
  document.addEventListener("htmx:timeout", () => tellLost());
  document.addEventListener("htmx:responseError", ({ detail: { xhr } }) => {
    if (xhr.status === 401) tellLost(xhr.responseText);
    else if (xhr.status >= 500) tellLost();
  });
  document.addEventListener("htmx:beforeSwap", ({ detail: { xhr } }) => {
    if (xhr.status < 400) messages?.querySelector("[data-lost]")?.remove();
  });

  document.addEventListener("htmx:load", (event) => {
    if (event.detail.elt !== document.body) prepare(event.detail.elt);
  });
  dialog?.querySelector("[data-shortcuts-switch]").addEventListener("change", (event) => remember(event.target.checked));
  for (const button of document.querySelectorAll("[data-open-shortcuts]")) button.hidden = false;
  prepare(document);
})();
