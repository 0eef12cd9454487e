// Says beneath a field how the server understood it: 11/20 as a day, 150万円 as an amount, 22 as a 手口.
// What is not understood is said only after the field is left. The forms work without it.
(() => {
  "use strict";
  const AFTER = 400;
  const rounds = new WeakMap();

  const show = (field, place, { text, understood }) => {
    const typing = document.activeElement === field && !field.matches("select");
    // A refusal that the page already shows above the field is not said twice.
    const says = understood || !(typing || field.matches("[aria-invalid=true]"));
    place.textContent = says ? text : "";
    place.classList.toggle("field__echo--doubt", says && !understood);
  };

  const ask = async (form, fields) => {
    const data = new FormData();
    data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    for (const field of fields) {
      data.set(field.name, field.value);
      rounds.set(field, (rounds.get(field) ?? 0) + 1);
    }
    const asked = fields.map((field) => rounds.get(field));
    try {
      const answer = await fetch(form.dataset.echoUrl, { method: "POST", body: data, headers: { "X-Draft": "1" } });
      if (!answer.ok) return; // an echo is a courtesy: the field is read again when it is saved
      const words = await answer.json();
      fields.forEach((field, n) => {
        const place = document.getElementById(`${field.id}_echo`);
        if (place && words[field.name] && rounds.get(field) === asked[n]) show(field, place, words[field.name]);
      });
    } catch {
      // No connection: the form's own script says so.
    }
  };

  for (const form of document.querySelectorAll("form[data-echo-url]")) {
    const echoed = (field) => Boolean(field.name && document.getElementById(`${field.id}_echo`));
    const timers = new Map();
    const later = (field, delay) => {
      clearTimeout(timers.get(field));
      timers.set(field, setTimeout(() => ask(form, [field]), delay));
    };
    form.addEventListener("input", (event) => {
      if (!event.isComposing && echoed(event.target)) later(event.target, AFTER);
    });
    form.addEventListener("compositionend", (event) => echoed(event.target) && later(event.target, AFTER));
    form.addEventListener("change", (event) => echoed(event.target) && later(event.target, 0));
    const filled = [...form.elements].filter((field) => echoed(field) && field.value);
    if (filled.length) ask(form, filled);
  }
})();
