"use strict";
/* Draws the preview of a template anew while somebody types; without this, a button does. */
(() => {
  const PAUSE = 400;
  const form = document.querySelector("form[data-live]");
  const shown = document.querySelector("[data-live-shown]");
  if (!form || !shown) return;
  let timer = 0;
  let flight = null;

  async function draw() {
    flight?.abort();
    flight = new AbortController();
    try {
      const response = await fetch(form.dataset.live, {
        method: "POST",
        body: new FormData(form),
        redirect: "error",
        signal: flight.signal,
      });
      if (!response.ok) return;
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      shown.replaceChildren(...page.body.childNodes);
    } catch { /* the next key that is pressed tries again, and the button is there */ }
  }

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(draw, PAUSE);
  });
})();
