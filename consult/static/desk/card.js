// The card asks only what a call needs: answers open folded parts, and one more row is a key away.
// The rules come with the page, the same that the server applies. Without this script the parts open by hand.
(() => {
  "use strict";
  const data = document.getElementById("card-rules");
  const form = data?.closest("form");
  if (!form) return;
  const rules = JSON.parse(data.textContent);
  const control = "input:not([type=hidden]), select, textarea";

  // What a field holds: of several codes their codes, however they were typed.
  const held = (name) => {
    const field = form.elements[name];
    const text = (field?.type === "checkbox" && !field.checked ? "" : (field?.value ?? "")).normalize("NFKC").trim();
    const known = rules.codes[name];
    if (!known) return [text];
    return text.split(/[,、・ ;/]+/).map((part) => known[part] ?? part);
  };
  const holds = ({ field, values, but }) =>
    held(field).some((value) => (values.length ? values.includes(value) : value && !but.includes(value)));
  // The first choice of a list is where it begins.
  const filled = (part) =>
    [...part.querySelectorAll(control)].some((field) => {
      if (field.matches("select")) return field.selectedIndex > 0;
      return field.type === "checkbox" ? field.checked : field.value.trim();
    });

  const opened = new Set(); // what a rule opened once stays as the person leaves it
  const apply = () => {
    for (const fold of form.querySelectorAll("[data-fold]")) {
      const name = fold.dataset.fold;
      if (opened.has(name) || !rules.groups[name]?.some(holds)) continue;
      opened.add(name);
      fold.open = true;
    }
    const parts = [
      ...[...form.querySelectorAll("[data-only]")].map((part) => [part, rules.blocks[part.dataset.only]]),
      ...[...form.querySelectorAll("[data-rows]")].map((part) => [part, rules.rows[part.dataset.rows]]),
    ];
    for (const [part, conditions] of parts) {
      if (!conditions || part.contains(document.activeElement)) continue;
      part.hidden = !conditions.some(holds) && !filled(part) && !part.querySelector("[aria-invalid=true]");
    }
  };
  for (const kind of ["input", "change"]) form.addEventListener(kind, apply);

  // --- One more row ---------------------------------------------------------------------------------------------
  const MOST = 20;
  const renumber = (text, from, to) => text?.replace(new RegExp(`-${from}-(?=[a-z_]+(?:_echo|_helptext|_error)?$)`), `-${to}-`);
  const addRow = (button) => {
    const box = button.closest("[data-rows]");
    const rows = [...box.querySelectorAll("[data-row]")];
    if (rows.length >= MOST) return;
    const last = rows.at(-1);
    const [from, to] = [rows.length - 1, rows.length];
    const made = last.cloneNode(true);
    const label = (text) => text.replace(/\d+$/, String(to + 1));
    made.setAttribute("aria-label", label(made.getAttribute("aria-label")));
    const title = made.querySelector(".fold__name");
    title.textContent = label(title.textContent);
    made.querySelectorAll(".field__error").forEach((error) => error.remove());
    made.querySelectorAll(".field__echo").forEach((echo) => (echo.textContent = ""));
    made.querySelectorAll(".field--error").forEach((field) => field.classList.remove("field--error"));
    for (const element of made.querySelectorAll("[id], [for], [name], [aria-describedby]")) {
      for (const name of ["id", "for", "name"]) {
        if (element.hasAttribute(name)) element.setAttribute(name, renumber(element.getAttribute(name), from, to));
      }
      if (element.hasAttribute("aria-describedby")) {
        const ids = element.getAttribute("aria-describedby").split(" ").map((id) => renumber(id, from, to));
        element.setAttribute("aria-describedby", ids.join(" "));
      }
      element.removeAttribute("aria-invalid");
      if (element.matches("input, textarea")) element.value = "";
      if (element.matches("select")) element.selectedIndex = 0;
    }
    last.after(made);
    for (const hidden of [...box.querySelectorAll(":scope > input[type=hidden]")]) {
      if (!hidden.name.startsWith(`${box.dataset.rows}-${from}-`)) continue;
      const copy = hidden.cloneNode();
      copy.name = renumber(hidden.name, from, to);
      copy.id = renumber(hidden.id, from, to);
      copy.value = "";
      hidden.after(copy);
    }
    made.querySelector(control).focus();
  };
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-more]");
    if (!button) return;
    event.preventDefault();
    addRow(button);
  });

  // A link to a field that is folded away: from the summary of errors, or from a hint beside the form.
  const uncover = (target) => {
    const fold = target?.closest?.("[data-fold]");
    if (!fold) return;
    fold.open = true;
    for (const part of [target.closest("[data-only]"), target.closest("[data-rows]")]) if (part) part.hidden = false;
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href^='#id_']");
    if (link) uncover(document.getElementById(link.getAttribute("href").slice(1)));
  }, true);

  for (const part of form.querySelectorAll("[data-hides]")) part.hidden = true;
  apply();
})();
