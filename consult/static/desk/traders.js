// The picker beside the form: a chosen trader fills in its name. Without it the choice is sent with the form as it is.
(() => {
  "use strict";
  const form = document.getElementById("intake");
  if (!form) return;

  const tell = (field) => field.dispatchEvent(new Event("input", { bubbles: true }));

  const choose = (radio) => {
    for (const field of form.querySelectorAll("input[type=hidden][name=trader_uid]")) field.value = radio.value;
    const name = form.elements.trader_name;
    if (radio.value && name && name.value !== radio.dataset.name) {
      name.value = radio.dataset.name;
      tell(name);
    }
  };

  form.addEventListener("change", (event) => {
    if (event.target.matches("[data-picker] input[type=radio]")) choose(event.target);
  });
  form.addEventListener("click", (event) => {
    if (!event.target.closest("[data-pick-first]")) return;
    const first = form.querySelector("[data-picker] input[type=radio]");
    if (!first) return;
    first.checked = true;
    choose(first);
    tell(first);
  });
})();
