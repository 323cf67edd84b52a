"use strict";
/* Asks the person's device for a passkey when a form wants one, and puts its answer into the form.
   Where the browser cannot, the form stays hidden and the page says what else there is. */
(() => {
  const QUIET = new Set(["NotAllowedError", "AbortError"]);
  const able = window.PublicKeyCredential
    && PublicKeyCredential.parseCreationOptionsFromJSON
    && PublicKeyCredential.parseRequestOptionsFromJSON;
  /* A passkey belongs to a host's name: an address of numbers can have none. */
  const named = /[a-z]/i.test(location.hostname) && !location.hostname.includes(":");
  if (!able || !named) return;

  async function ask(form) {
    const response = await fetch(form.dataset.options, {
      method: "POST",
      body: new URLSearchParams({ csrf_token: form.elements.csrf_token.value }),
      headers: { Accept: "application/json" },
      redirect: "error",
    });
    const options = await response.json();
    if (!response.ok) throw new Error(options.message);
    const made = form.dataset.passkey === "create"
      ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
      : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
    return JSON.stringify(made.toJSON());
  }

  function reason(error) {
    if (error.name === "InvalidStateError") return "This device has a passkey for you already.";
    if (QUIET.has(error.name)) return "The device did not answer. Nothing was changed: try again when you like.";
    return error.message || "That did not work. Please load the page again.";
  }

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const said = form.querySelector("[data-said]");
    let asking = false;
    form.hidden = false;
    for (const other of document.querySelectorAll("[data-without-passkey]")) other.hidden = true;
    form.addEventListener("submit", async (event) => {
      /* What the page's own checks say no to is said by the server, beside the field. */
      if (!form.checkValidity()) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (asking) return;
      asking = true;
      said.textContent = "Waiting for your device …";
      try {
        form.elements.credential.value = await ask(form);
        form.submit();
      } catch (error) {
        said.textContent = reason(error);
      }
      asking = false;
    }, { capture: true });
  }
})();
