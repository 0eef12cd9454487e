// Digits choose in a list: 1 1 is the option 「11 点検商法」. Browsers do this themselves, but a digit that is typed
// twice (11, 33) only steps through the options that begin with it.
(() => {
  "use strict";
  const PAUSE = 1200;
  let digits = "";
  let list = null;
  let at = 0;

  const number = (option) => /^\d+(?=\s)/.exec(option.label)?.[0] ?? "";
  const wanted = (options, text) =>
    options.find((option) => number(option) === text) ?? options.find((option) => number(option).startsWith(text));

  document.addEventListener("keydown", (event) => {
    const select = event.target;
    if (!select.matches?.("select") || !/^\d$/.test(event.key)) return;
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const options = [...select.options].filter((option) => !option.disabled && number(option));
    if (!options.length) return;
    const goesOn = select === list && event.timeStamp - at < PAUSE;
    const text = (goesOn ? digits : "") + event.key;
    const found = wanted(options, text) ?? wanted(options, event.key);
    event.preventDefault();
    [list, at] = [select, event.timeStamp];
    digits = found && number(found).startsWith(text) ? text : event.key;
    if (!found || found.selected) return;
    select.value = found.value;
    for (const kind of ["input", "change"]) select.dispatchEvent(new Event(kind, { bubbles: true }));
  });
})();
