// Puts the buttons of the suggested codes beside the fields that they fill; a button or its key puts the code in.
(() => {
  "use strict";
  const form = document.getElementById("intake");
  const panel = document.getElementById("hint-codes");
  if (!form || !panel) return;
  const announcer = document.getElementById("announcer");

  const placed = () => [...form.querySelectorAll("[data-beside]")].filter((keys) => !panel.contains(keys));

  // A new answer came: the buttons of the last one go. Who stood on one stays at its field.
  const place = () => {
    const stood = placed().find((keys) => keys.contains(document.activeElement))?.dataset.beside;
    for (const old of placed()) old.remove();
    for (const keys of panel.querySelectorAll("[data-beside]")) {
      const beside = form.elements[keys.dataset.beside]?.closest(".field");
      if (!beside) continue;
      beside.append(keys);
      keys.hidden = false;
    }
    if (stood) form.elements[stood].focus({ preventScroll: true });
  };

  const take = (button) => {
    const keys = button.closest("[data-beside]");
    const field = form.elements[keys.dataset.beside];
    const stood = keys.contains(document.activeElement);
    const before = field.value.trim();
    field.value = "adds" in button.dataset && before ? `${before}, ${button.dataset.value}` : button.dataset.value;
    for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, { bubbles: true }));
    if ("adds" in button.dataset && keys.childElementCount > 1) button.remove();
    else keys.remove();
    if (stood) field.focus({ preventScroll: true });
    if (announcer) announcer.textContent = button.dataset.done;
  };

  form.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-beside] button[data-value]");
    if (button) take(button);
  });
  new MutationObserver(place).observe(panel, { childList: true });
  place();
})();
