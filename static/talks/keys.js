// Security keys: asks the browser for what the form says, and sends what it answers with the form.
"use strict";

for (const form of document.querySelectorAll("form[data-key]")) {
  const failed = form.querySelector("[role=alert][hidden]");
  const asked = JSON.parse(form.dataset.asked);
  const kinds = {
    create: () => navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(asked) }),
    get: () => navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(asked) }),
  };

  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    failed.hidden = true;
    try {
      const key = await kinds[form.dataset.key]();
      form.elements.answer.value = JSON.stringify(key.toJSON());
    } catch {
      failed.hidden = false; // there is no key, it was not touched, or this browser knows none
      return;
    }
    form.submit();
  });
}
