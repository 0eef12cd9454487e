// 定型文: a sign like ;co, then Tab or a blank, becomes the words that it stands for. Esc, or the browser's own undo,
// takes them back. Nothing happens while the input method is still converting.
(() => {
  "use strict";
  const data = document.getElementById("snippets");
  if (!data) return;
  const texts = new Map(Object.entries(JSON.parse(data.textContent)));
  if (!texts.size) return;
  const longest = Math.max(...[...texts.keys()].map((trigger) => trigger.length));
  const plain = (text) => text.normalize("NFKC").toLowerCase();
  let last = null; // what was written for which sign, until the next key

  // The sign that ends at `end`, if there is one.
  const signBefore = (field, end) => {
    for (let length = longest; length > 1; length--) {
      const trigger = plain(field.value.slice(Math.max(0, end - length), end));
      if (texts.has(trigger)) return { start: end - length, trigger };
    }
    return null;
  };

  const write = (field, start, end, text) => {
    field.setSelectionRange(start, end);
    // The one way that keeps the browser's undo; it also tells the draft that something was typed.
    if (!document.execCommand("insertText", false, text)) field.setRangeText(text, start, end, "end");
  };

  const expand = (field, sign, end) => {
    const typed = field.value.slice(sign.start, end);
    const text = texts.get(sign.trigger);
    write(field, sign.start, end, text);
    last = { field, start: sign.start, text, typed };
  };

  document.addEventListener("keydown", (event) => {
    const field = event.target;
    if (!field.matches?.("textarea") || event.isComposing || event.keyCode === 229) return;
    if (event.key === "Escape" && last?.field === field) {
      const end = last.start + last.text.length;
      if (field.selectionStart === end && field.value.slice(last.start, end) === last.text) {
        event.preventDefault();
        write(field, last.start, end, last.typed);
      }
      last = null;
      return;
    }
    last = null;
    if (event.key !== "Tab" || event.shiftKey || event.ctrlKey || event.altKey || field.selectionStart !== field.selectionEnd) return;
    const sign = signBefore(field, field.selectionStart);
    if (!sign) return;
    event.preventDefault();
    expand(field, sign, field.selectionStart);
  });

  document.addEventListener("input", (event) => {
    const field = event.target;
    if (!field.matches?.("textarea") || event.isComposing || !/^[ \u3000]$/.test(event.data ?? "")) return;
    const end = field.selectionStart;
    const sign = signBefore(field, end - 1);
    if (sign) expand(field, sign, end);
  });
})();
