"use strict";
/* What a page is better with: drafts saved while typing, a warning before unsaved text is lost, one submit,
   and work that is under way shown without loading the page again. */
(() => {
  const PAUSE = 2000;
  const LONGEST = 60000;
  const PATIENCE = 15000;
  const KEPT = "not saved yet: your text is kept in this tab";
  const unsaved = new Set();
  const savers = [];
  let leaving = false;

  function autosave(form) {
    const said = form.querySelector("[data-saved]") || document.querySelector("[data-saved]");
    let timer = 0;
    let wait = PAUSE;
    let flight = null;
    let typed = 0;
    let stopped = false;

    function say(text, trouble) {
      if (!said) return;
      said.textContent = text;
      said.toggleAttribute("data-trouble", trouble);
    }

    function later(milliseconds) {
      clearTimeout(timer);
      if (!stopped && !leaving) timer = setTimeout(save, milliseconds);
    }

    function kept(answer, before) {
      const version = form.querySelector("input[name=version]");
      if (version && answer.version !== undefined) version.value = answer.version;
      wait = PAUSE;
      say(`saved ${answer.saved}`, false);
      if (typed === before) unsaved.delete(form);
      else later(PAUSE);
    }

    function refused(message) {
      stopped = true;
      say(message, true);
    }

    function failed() {
      say(KEPT, true);
      later(wait);
      wait = Math.min(wait * 2, LONGEST);
    }

    async function post() {
      const before = typed;
      try {
        const response = await fetch(form.dataset.autosave, {
          method: "POST",
          body: new FormData(form),
          headers: { "X-Autosave": "1", Accept: "application/json" },
          redirect: "error",
          signal: AbortSignal.timeout(PATIENCE),
        });
        if (response.status === 409) return refused((await response.json()).message || KEPT);
        if (!response.ok) return failed();
        return kept(await response.json(), before);
      } catch {
        return failed();
      }
    }

    function save() {
      clearTimeout(timer);
      if (stopped || leaving || !unsaved.has(form)) return flight;
      flight ??= post().finally(() => { flight = null; });
      return flight;
    }

    savers.push(save);
    form.addEventListener("input", () => {
      typed += 1;
      if (!stopped) later(wait);
    });
    window.addEventListener("online", () => save());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") save();
    });
    /* A save still under way would raise the version behind the submitted one: let it land first. */
    form.addEventListener("submit", (event) => {
      clearTimeout(timer);
      if (!flight) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const submitter = event.submitter;
      stopped = true;
      flight.finally(() => { stopped = false; form.requestSubmit(submitter); });
    });
  }

  function guard(form) {
    form.addEventListener("input", (event) => {
      if (event.target.matches("textarea") || form.dataset.autosave) unsaved.add(form);
    });
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) {
        event.preventDefault();
        return;
      }
      /* What is typed beside it is saved first; if that fails, the browser asks before it leaves the page. */
      if (form.dataset.afterSaving !== undefined && unsaved.size > 0) {
        event.preventDefault();
        const submitter = event.submitter;
        delete form.dataset.afterSaving;
        Promise.allSettled(savers.map((save) => save())).then(() => form.requestSubmit(submitter));
        return;
      }
      form.dataset.sent = "yes";
      unsaved.delete(form);
      leaving = true;
      /* After the browser has read the pressed button's own value. */
      setTimeout(() => hold(form, true), 0);
      /* Somebody who chose to stay on the page can press again. */
      setTimeout(() => hold(form, false), PATIENCE);
    });
  }

  function hold(form, held) {
    leaving = held;
    if (!held) delete form.dataset.sent;
    for (const button of form.querySelectorAll("button")) button.disabled = held;
    if (!held) savers.forEach((save) => save());
  }

  /* The part that is marked comes again until the page has it no more: then what it waited for is there. */
  function follow(part) {
    setTimeout(async () => {
      try {
        const page = await (await fetch(location.href)).text();
        const now = new DOMParser().parseFromString(page, "text/html").querySelector("[data-follow]");
        if (!now) return location.reload();
        if (now.textContent !== part.textContent) part.replaceChildren(...now.childNodes);
      } catch { /* the next round tries again */ }
      return follow(part);
    }, PAUSE);
  }

  document.querySelectorAll("[data-follow]").forEach(follow);

  const forms = [...document.querySelectorAll("form")].filter((form) => form.method === "post");
  for (const form of forms) {
    if (form.dataset.autosave) autosave(form);
    guard(form);
  }

  window.addEventListener("pageshow", () => {
    for (const form of forms) hold(form, false);
  });
  window.addEventListener("beforeunload", (event) => {
    if (unsaved.size > 0) event.preventDefault();
  });
})();
