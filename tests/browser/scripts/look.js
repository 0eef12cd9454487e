// What can be seen without touching the page: assertions 1 to 5 of the gate.
(language) => {
  const faults = [];
  const fault = (rule, element, message) =>
    faults.push({ rule, where: element.outerHTML.slice(0, 200), message });
  const visible = (element) => element.checkVisibility({ visibilityProperty: true });
  const hidden = (element) => element.closest("[aria-hidden=true], [inert]");
  const all = (selector) => [...document.querySelectorAll(selector)];
  // Seen by the eye, not only by a screen reader: not clipped away, not transparent.
  const seen = (element) => {
    const box = element.getBoundingClientRect();
    return visible(element) && box.width > 1 && box.height > 1 && getComputedStyle(element).opacity !== "0";
  };

  const lang = document.documentElement.lang;
  if (lang !== language) faults.push({ rule: "language", where: "<html>", message: `lang is "${lang}"` });

  const targets = "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], [role=link]";
  for (const element of all(targets).filter((each) => seen(each) && !hidden(each))) {
    const box = element.getBoundingClientRect();
    if (box.width >= 24 && box.height >= 24) continue;
    // WCAG 2.5.8: a link within a sentence or cell is as high as its line.
    const inline = element.matches("a[href]") && getComputedStyle(element).display.startsWith("inline");
    const text = element.parentElement.textContent.trim() !== element.textContent.trim();
    if (inline && (text || element.closest("p, li, td, th, dd, dt"))) continue;
    fault("target-size", element, `${Math.round(box.width)} x ${Math.round(box.height)} px, below 24 x 24`);
  }

  const references = ["aria-describedby", "aria-labelledby", "aria-controls", "aria-owns", "aria-details",
    "aria-errormessage", "aria-activedescendant", "aria-flowto", "for", "form", "list", "headers"];
  for (const name of references) {
    for (const element of all(`[${name}]`)) {
      const missing = element.getAttribute(name).split(/\s+/).filter((id) => id && !document.getElementById(id));
      if (missing.length) fault("id-reference", element, `${name} points at nothing: ${missing.join(" ")}`);
    }
  }
  for (const element of all("a[href^='#']")) {
    const id = decodeURIComponent(element.hash.slice(1));
    if (element.closest(".skip-link, .error-summary") && !document.getElementById(id)) {
      fault("id-reference", element, `leads nowhere: ${id}`);
    }
  }

  for (const element of all("canvas, svg, img, [role=img]").filter((each) => visible(each) && !hidden(each))) {
    if (element.parentElement.closest("svg, [role=img]")) continue;
    if (element.matches("img") && element.getAttribute("alt") === "") continue;
    const labelled = (element.getAttribute("aria-labelledby") ?? "").split(/\s+/).filter(Boolean)
      .map((id) => document.getElementById(id)?.textContent ?? "").join("");
    const title = element.querySelector(":scope > title")?.textContent ?? "";
    const name = labelled || element.getAttribute("aria-label") || element.getAttribute("alt") || title;
    if (!name.trim()) fault("graphic", element, "has no name");
    if (element.matches("svg") && !element.hasAttribute("role")) fault("graphic", element, "has no role");
    // A chart is a graphic that stands as a figure, and every canvas.
    if (element.matches("canvas, figure *") && !element.closest("figure, section")?.querySelector("table")) {
      fault("graphic", element, "has no table beside it");
    }
  }

  const fields = "input:not([type=hidden], [type=submit], [type=button], [type=reset], [type=image]), select, textarea";
  for (const element of all(fields).filter((each) => visible(each) && !hidden(each))) {
    const labels = [...(element.labels ?? [])];
    if (!labels.some((label) => seen(label) && label.textContent.trim())) {
      fault("visible-label", element, "has no label that can be seen");
    }
  }
  return faults;
}
