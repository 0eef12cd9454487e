// 転記モード: a key copies the next field and marks it. Marks live on this page alone; nothing is stored.
(() => {
  "use strict";
  const place = document.querySelector("[data-copying]");
  if (!place) return;
  const words = place.dataset;
  const status = place.querySelector("[data-copy-status]");
  const fields = [...place.querySelectorAll("[data-field]")].filter((field) => field.querySelector("[data-copy-text]"));
  for (const part of place.querySelectorAll("[data-copy], [data-copy-bar]")) part.hidden = false;

  // Without TLS browsers give pages no clipboard but this old way.
  const byHand = (text) => {
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "visually-hidden";
    place.append(area);
    const had = document.activeElement;
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    had?.focus?.({ preventScroll: true });
    return done;
  };

  const write = async (text) => {
    if (navigator.clipboard && window.isSecureContext) {
      try {
        await navigator.clipboard.writeText(text);
        return true;
      } catch {
        // Refused by the browser: the old way.
      }
    }
    return byHand(text);
  };

  const copy = async (field) => {
    const done = await write(field.querySelector("[data-copy-text]").textContent);
    for (const other of fields) delete other.dataset.now;
    field.dataset.now = "";
    field.scrollIntoView({ block: "nearest" });
    if (!done) {
      status.textContent = words.failed;
      return;
    }
    field.dataset.done = "";
    field.querySelector("[data-copy-mark]").hidden = false;
    const name = field.dataset.name;
    const said = words.copied.replace("{name}", name);
    status.textContent = "over" in field.dataset ? `${said} ${words.over.replace("{name}", name)}` : said;
  };

  place.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy], [data-copy-next]");
    if (!button) return;
    if (button.matches("[data-copy]")) {
      copy(button.closest("[data-field]"));
      return;
    }
    const next = fields.find((field) => !("done" in field.dataset));
    if (next) copy(next);
    else {
      status.textContent = words.end;
      document.querySelector("#register input:not([type=hidden])")?.focus();
    }
  });
})();
