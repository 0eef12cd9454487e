// The screen on the wall: new numbers every few minutes, without a flicker, until somebody stops it.
(() => {
  "use strict";
  const main = document.querySelector("main[data-every]");
  const state = main.querySelector("[data-state]");
  const pause = main.querySelector("[data-pause]");
  let isPaused = false;

  const say = (text) => {
    if (state.textContent !== text) state.textContent = text;
  };

  const renew = async () => {
    if (isPaused) return;
    try {
      // Asked as a script: where nobody is signed in any more the answer says so, instead of a sign-in page.
      const answer = await fetch(location.href, { headers: { "X-Draft": "1" } });
      if (answer.status === 401) {
        say(main.dataset.signedOut);
        return;
      }
      if (!answer.ok) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("[data-fresh]");
      if (!fresh) throw new Error("another page");
      main.querySelector("[data-fresh]").replaceWith(document.adoptNode(fresh));
      say("");
    } catch {
      say(main.dataset.lost);
    }
  };

  pause.hidden = false;
  pause.addEventListener("click", () => {
    isPaused = !isPaused;
    pause.setAttribute("aria-pressed", String(isPaused));
  });
  setInterval(renew, Number(main.dataset.every) * 1000);
})();
