// Assertions 6 and 7 of the gate: a walk through the page with the Tab key.
// Returns the number of controls to reach; `gateWalk.stop()` after each key, `gateWalk.end()` at the end.
() => {
  document.activeElement?.blur();
  const shown = (element) => element.checkVisibility({ visibilityProperty: true });
  const html = (element) => element.outerHTML.slice(0, 200);
  const area = document.querySelector("dialog[open]") ?? document;
  const tabbable =
    "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex], [contenteditable]";
  const wanted = [...area.querySelectorAll(tabbable)].filter(
    (element) => shown(element) && !element.disabled && element.tabIndex >= 0 && !element.closest("[inert]"),
  );
  const stops = [];

  const stop = () => {
    const element = document.activeElement;
    if (!element || element === document.body || element === document.documentElement) return null;
    const again = stops.includes(element);
    if (!again) stops.push(element);
    const style = getComputedStyle(element);
    const drawn = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    const ring = drawn && !/^rgba\(.*, 0\)$|^transparent$/.test(style.outlineColor);
    return { id: stops.indexOf(element) + 1, again, ring, html: html(element) };
  };

  const end = () => {
    delete window.gateWalk;
    // One stop stands for a group of radio buttons.
    const stoodFor = (element) =>
      element.type === "radio" &&
      stops.some((each) => each.type === "radio" && each.name === element.name && each.form === element.form);
    const missed = wanted
      .filter((element) => !stops.includes(element) && !stoodFor(element))
      .map((element) => [html(element), "Tab does not reach it"]);
    for (const form of area.querySelectorAll("form")) {
      const sends = stops.some((each) => each.form === form && /^(submit|image)$/.test(each.type));
      if (shown(form) && !sends) missed.push([html(form), "has no send button that Tab reaches"]);
    }
    return missed;
  };

  window.gateWalk = { stop, end };
  return wanted.length;
}
