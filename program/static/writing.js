"use strict";
/* What writing is better with: words counted against the guide, a look at what Markdown becomes, and what is moved
   on from the plan before put into the new one. */
(() => {
  const PAUSE = 600;
  /* A character of a script without spaces is a word of its own. */
  const ALONE = "[\\u3040-\\u30ff\\u3400-\\u9fff\\uf900-\\ufaff]";
  const RUN = `(?!${ALONE})[\\p{L}\\p{N}](?:(?!${ALONE})[\\p{L}\\p{N}\\p{M}])*`;
  const WORD = new RegExp(`${ALONE}|${RUN}(?:['’-]${RUN})*`, "gu");

  function added(tag, className, parent) {
    const element = document.createElement(tag);
    element.className = className;
    parent.append(element);
    return element;
  }

  function count(written) {
    const text = written.querySelector("textarea");
    const said = added("p", "muted counted", written);
    const tell = () => {
      const words = (text.value.normalize("NFC").match(WORD) || []).length;
      said.textContent = `${words} ${words === 1 ? "word" : "words"} of about ${written.dataset.guide}`;
    };
    text.addEventListener("input", tell);
    tell();
  }

  function preview(written) {
    const text = written.querySelector("textarea");
    const fold = added("details", "preview", written);
    added("summary", "", fold).textContent = "Preview";
    const seen = added("div", "", fold);
    let timer = 0;
    let asked = new AbortController();

    async function show() {
      asked.abort();
      asked = new AbortController();
      const { signal } = asked;
      const body = new FormData();
      body.set("csrf_token", text.form.elements.namedItem("csrf_token").value);
      body.set("text", text.value);
      try {
        const response = await fetch(written.dataset.preview, { method: "POST", body, signal });
        if (!response.ok) throw new Error(response.status);
        const html = await response.text();
        seen.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
      } catch (trouble) {
        if (trouble.name !== "AbortError") seen.textContent = "It cannot be shown at the moment.";
      }
    }

    fold.addEventListener("toggle", () => { if (fold.open) show(); });
    text.addEventListener("input", () => {
      clearTimeout(timer);
      if (fold.open) timer = setTimeout(show, PAUSE);
    });
  }

  function moveOn(choice) {
    const plan = document.querySelector("[data-kind=plan] textarea");
    const item = choice.closest("fieldset").querySelector("legend").firstChild.textContent.trim();
    if (!plan || choice.value !== "moved" || plan.value.split("\n").includes(item)) return;
    plan.value = [plan.value.trimEnd(), item].filter(Boolean).join("\n");
    plan.dispatchEvent(new Event("input", { bubbles: true }));
  }

  document.querySelectorAll("[data-guide]").forEach(count);
  document.querySelectorAll("[data-preview]").forEach(preview);
  document.addEventListener("change", (event) => {
    if (event.target.matches("input[name^=outcome-]")) moveOn(event.target);
  });
})();
