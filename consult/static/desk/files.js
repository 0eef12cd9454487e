// Attaching files, also dropped or pasted ones, with the progress in sight. Without it the form works as it stands.
// The list is exchanged in place: words half typed elsewhere on the page stay.
(() => {
  "use strict";
  const part = (name) => document.querySelector(`#files ${name}`);

  const tell = (lines) => {
    const refused = part("[data-files-refused]");
    const list = document.createElement("ul");
    for (const line of lines) {
      const item = document.createElement("li");
      item.textContent = line;
      list.append(item);
    }
    refused.className = "files__refused notice notice--error";
    refused.replaceChildren(list);
    refused.hidden = false;
    refused.focus();
  };

  const send = (form, words, file, moved) =>
    new Promise((resolve) => {
      const data = new FormData();
      data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
      data.set("files", file);
      const request = new XMLHttpRequest();
      request.open("POST", form.action);
      request.setRequestHeader("X-Progress", "1");
      request.responseType = "json";
      request.upload.addEventListener("progress", (event) => moved(event.loaded, event.total));
      const failed = () => resolve({ reason: words.failed });
      request.addEventListener("error", failed);
      request.addEventListener("abort", failed);
      request.addEventListener("load", () => {
        if (request.status === 413) resolve({ reason: words.tooLarge });
        else if (!request.response?.refused) failed();
        else resolve({ reason: request.response.refused[0]?.reason, section: request.response.section });
      });
      request.send(data);
    });

  const show = (html) => {
    const fresh = new DOMParser().parseFromString(html, "text/html").getElementById("files");
    document.getElementById("files").replaceWith(document.importNode(fresh, true));
    document.dispatchEvent(new Event("files:changed"));
  };

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    const files = form.matches("form[data-files]") ? [...form.elements.files.files] : [];
    if (!files.length) return; // the server says what is missing
    event.preventDefault();
    const progress = part("[data-files-progress]");
    const [bar, state, words] = [progress.querySelector("progress"), progress.querySelector("[role=status]"), progress.dataset];
    form.querySelector("button").disabled = true;
    part("[data-files-refused]").hidden = true;
    progress.hidden = false;
    const faults = [];
    let section = "";
    for (const [n, file] of files.entries()) {
      const answer = await send(form, words, file, (loaded, total) => {
        bar.value = (100 * (n + loaded / total)) / files.length;
        const line = `${loaded < total ? words.sending : words.checking} (${n + 1}/${files.length})`;
        if (line !== state.textContent) state.textContent = line; // spoken once, not at every percent
      });
      if (answer.reason) faults.push(`${file.name}: ${answer.reason}`);
      section = answer.section ?? section;
    }
    if (section) show(section);
    else {
      form.querySelector("button").disabled = false;
      progress.hidden = true;
    }
    if (faults.length) tell(faults);
    else part("#id_files").focus();
    if (files.length > faults.length) document.getElementById("announcer").textContent = words.done;
  });

  // --- Dropped anywhere on the page, or pasted (a picture of a screen): chosen as if by hand, sent by the button -------
  const choose = (event, files) => {
    const form = part("form[data-files]");
    if (!form || !files?.length) return;
    event.preventDefault();
    form.elements.files.files = files;
    form.elements.files.dispatchEvent(new Event("change", { bubbles: true }));
    const button = form.querySelector("button[type=submit]");
    button.scrollIntoView({ block: "center" });
    button.focus();
    const names = [...files].map((file) => file.name).join(", ");
    document.getElementById("announcer").textContent = `${form.dataset.chosen} ${names}`;
  };
  const brings = (event) => event.dataTransfer?.types.includes("Files");
  // A file that misses the page's form must not open in the place of half-typed words.
  for (const kind of ["dragover", "drop"]) {
    document.addEventListener(kind, (event) => brings(event) && event.preventDefault());
  }
  document.addEventListener("dragover", (event) => {
    if (brings(event)) part("form[data-files]")?.classList.add("files__form--over");
  });
  for (const kind of ["dragleave", "drop"]) {
    document.addEventListener(kind, () => part("form[data-files]")?.classList.remove("files__form--over"));
  }
  document.addEventListener("drop", (event) => brings(event) && choose(event, event.dataTransfer.files));
  document.addEventListener("paste", (event) => choose(event, event.clipboardData?.files));
})();
