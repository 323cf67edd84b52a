"use strict";
/* What a page is better with: drafts saved while typing, a warning before unsaved text is lost, one submit,
   and work that is under way shown without loading the page again. */
(() => {
  const PAUSE = 2000;
  const LONGEST = 60000;
  const PATIENCE = 15000;
  const KEPT = "not saved yet: your text is kept on this device";
  const unsaved = new Set();
  const savers = [];
  let leaving = false;

  /* This page by a name of its own, which it holds while it is open, and which other pages are open. */
  async function pageName() {
    const id = crypto.randomUUID();
    await new Promise((resolve) => {
      navigator.locks.request(`page:${id}`, () => {
        resolve();
        return new Promise(() => {});
      });
    });
    const held = (await navigator.locks.query()).held.map((lock) => lock.name);
    return { id, open: (other) => other !== id && held.includes(`page:${other}`) };
  }

  const keeps = document.querySelector("form[data-keeper]");
  const page = (keeps ? pageName() : Promise.reject(new Error("nothing is kept here")))
    .catch(() => ({ id: "one", open: () => false }));
  let own = "";
  page.then(({ id }) => { own = id; });

  /* What is typed and not saved yet stays on this device, for this person and this form, whatever becomes of the page. */
  function shelf(form) {
    const names = `kept:${form.dataset.keeper}:${form.dataset.keep}:`;
    const field = (key) => form.elements.namedItem(key);

    function texts() {
      return [...new FormData(form)].filter(([key, value]) => key !== "csrf_token" && typeof value === "string");
    }

    function put(sent) {
      try {
        const kept = { page: location.pathname, at: Date.now(), sent, fields: texts() };
        if (own) localStorage.setItem(names + own, JSON.stringify(kept));
      } catch { /* no room, or none allowed: the page itself still has it */ }
    }

    function forget() {
      localStorage.removeItem(names + own);
    }

    function isShown({ fields }) {
      const shown = new Map(texts());
      const typed = fields.filter(([key]) => /^(section|outcome)-/.test(key));
      return typed.every(([key, value]) => (shown.get(key) ?? "").trim() === value.trim());
    }

    /* Whether something was put back, of a page that was closed, that this page did not show: the latest. What other
       closed pages left stays for the next time. */
    async function restore() {
      const { open } = await page;
      const found = Object.keys(localStorage)
        .filter((name) => name.startsWith(names) && !open(name.slice(names.length)))
        .map((name) => ({ name, ...JSON.parse(localStorage.getItem(name)) }));
      for (const { name } of found.filter(isShown)) localStorage.removeItem(name);
      const last = found.filter((kept) => !isShown(kept)).sort((one, other) => one.at - other.at).pop();
      if (!last) return false;
      /* The files are those that this page shows, whatever an earlier one did. */
      for (const [key, value] of last.fields) if (field(key) && key !== "files") field(key).value = value;
      localStorage.removeItem(last.name);
      put(false);
      return true;
    }

    /* What was sent from this form has come back with the page. */
    function forgetReturned() {
      for (const name of Object.keys(localStorage).filter((key) => key.startsWith(names))) {
        if (JSON.parse(localStorage.getItem(name)).sent) localStorage.removeItem(name);
      }
    }

    const nothing = { put() {}, forget() {}, async restore() { return false; } };
    return form.dataset.keeper ? { put, forget, forgetReturned, restore } : nothing;
  }

  /* A report that was sent is shown next: what was kept of it is no longer needed. */
  function forgetSent() {
    const came = document.referrer ? new URL(document.referrer).pathname : "";
    if (!location.pathname.startsWith("/reports/")) return;
    for (const name of Object.keys(localStorage).filter((key) => key.startsWith("kept:"))) {
      const { page, sent } = JSON.parse(localStorage.getItem(name));
      if (sent && page === came) localStorage.removeItem(name);
    }
  }

  async function markOf(text) {
    const bytes = new TextEncoder().encode(text.replaceAll("\r\n", "\n").trim().normalize("NFC"));
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    return [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("").slice(0, 16);
  }

  /* What is typed into the fields of this form, wherever they stand: another form's may stand between them. */
  function typedInto(form, tell) {
    document.addEventListener("input", (event) => {
      if (event.target.form === form) tell(event);
    });
  }

  /* A page that gives back what could not be saved as it was: it has it all, and is not to save by itself. */
  function keepOnly(form) {
    const keep = shelf(form);
    keep.forgetReturned();
    page.then(() => keep.put(false));
    typedInto(form, () => keep.put(false));
    form.addEventListener("submit", () => keep.put(true));
  }

  function autosave(form) {
    const keep = shelf(form);
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

    /* What others changed comes in where nothing was typed since; elsewhere the next save tells. */
    function take(answer, sent) {
      for (const [key, mark] of Object.entries(answer.marks || {})) {
        const name = key.startsWith("outcome-") ? key : `section-${key}`;
        const typed = form.elements.namedItem(name);
        const theirs = (answer.brought || {})[key];
        if (theirs !== undefined && typed.value === (sent.get(name) ?? "")) write(typed, theirs);
        else if (theirs !== undefined) continue;
        form.elements.namedItem(`mark-${key}`).value = mark;
      }
    }

    /* Of a choice nothing may be chosen. */
    function write(typed, text) {
      if (typed instanceof RadioNodeList && !text) for (const one of typed) one.checked = false;
      else typed.value = text;
    }

    function kept(answer, before, sent) {
      const version = form.querySelector("input[name=version]");
      if (version && answer.version !== undefined) version.value = answer.version;
      take(answer, sent);
      wait = PAUSE;
      say(`saved ${answer.saved}`, false);
      if (typed === before) {
        unsaved.delete(form);
        keep.forget();
      } else {
        later(PAUSE);
      }
    }

    /* Nobody knows whether it arrived: if it did, it is this page's own text that is found there. */
    async function doubt(sent) {
      for (const [key, value] of sent) {
        const mark = /^(section|outcome)-/.test(key) && form.elements.namedItem(`mark-${key.replace(/^section-/, "")}`);
        if (mark) mark.value = [...new Set([...mark.value.split(","), await markOf(value)])].slice(0, 20).join(",");
      }
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
      const sent = new FormData(form);
      try {
        const response = await fetch(form.dataset.autosave, {
          method: "POST",
          body: sent,
          headers: { "X-Autosave": "1", Accept: "application/json" },
          redirect: "error",
          signal: AbortSignal.timeout(PATIENCE),
        });
        if (response.status === 409) return refused((await response.json()).message || KEPT);
        if (response.status < 500 && response.status !== 429 && !response.ok) return refused(`${KEPT}; press Save draft to see why`);
        if (!response.ok) return failed();
        return kept(await response.json(), before, sent);
      } catch {
        await doubt(sent).catch(() => {});
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
    typedInto(form, () => {
      typed += 1;
      keep.put(false);
      if (!stopped) later(wait);
    });
    keep.restore().catch(() => false).then((found) => {
      if (!found) return;
      unsaved.add(form);
      typed += 1;
      say("what this device kept is back: it was not saved yet", true);
      later(PAUSE);
    });
    window.addEventListener("online", () => save());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") save();
    });
    /* A save still under way would raise the version behind the submitted one: let it land first. */
    form.addEventListener("submit", (event) => {
      clearTimeout(timer);
      keep.put(true);
      if (!flight) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const submitter = event.submitter;
      stopped = true;
      flight.finally(() => { stopped = false; form.requestSubmit(submitter); });
    });
  }

  function guard(form) {
    typedInto(form, (event) => {
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
  try {
    forgetSent();
  } catch { /* nothing is kept where nothing may be */ }

  const forms = [...document.querySelectorAll("form")].filter((form) => form.method === "post");
  for (const form of forms) {
    if (form.dataset.autosave) autosave(form);
    else if (form.dataset.keep) keepOnly(form);
    guard(form);
  }

  window.addEventListener("pageshow", () => {
    for (const form of forms) hold(form, false);
  });
  window.addEventListener("beforeunload", (event) => {
    if (unsaved.size > 0) event.preventDefault();
  });
})();
