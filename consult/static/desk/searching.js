// Words that cases hold, offered while one types the last word of the box. Without this script the box works as it is.
(() => {
  "use strict";
  const PAUSE = 150;
  const box = document.querySelector("[data-complete-url]");
  const token = box?.form.elements.csrfmiddlewaretoken;
  const list = box && document.getElementById(box.getAttribute("list"));
  if (!list || !token || !window.fetch) return;
  let waiting = 0;
  let asked = 0;

  const ask = async () => {
    const mine = ++asked;
    const body = new URLSearchParams({ csrfmiddlewaretoken: token.value, text: box.value });
    try {
      const answer = await fetch(box.dataset.completeUrl, { method: "POST", body, credentials: "same-origin", headers: { "X-Draft": "1" } });
      if (!answer.ok || mine !== asked) return;
      const { options } = await answer.json();
      list.replaceChildren(...options.map((words) => Object.assign(document.createElement("option"), { value: words })));
    } catch {
      // The words are an offer; nothing depends on them.
    }
  };

  box.addEventListener("input", (event) => {
    clearTimeout(waiting);
    if (!event.isComposing && box.value.trim()) waiting = setTimeout(ask, PAUSE);
  });
  box.addEventListener("compositionend", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, PAUSE);
  });
})();
