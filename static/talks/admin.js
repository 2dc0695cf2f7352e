// Asks before a page is left on which something was typed that has not been sent; gives the boxes of select2 a name.
"use strict";

{
  let typed = false;
  addEventListener("input", (event) => {
    typed ||= event.target.form?.method === "post";
  });
  addEventListener("submit", () => {
    typed = false;
  });
  addEventListener("beforeunload", (event) => {
    if (typed) event.preventDefault();
  });
}

{
  // What select2 draws in place of a choice says what is chosen, and not of what.
  const nameBoxes = () => {
    for (const select of document.querySelectorAll("select.admin-autocomplete.select2-hidden-accessible")) {
      const label = select.labels[0];
      if (label && !label.id) label.id = `${select.id}_label`;
      const name = select.hasAttribute("aria-label") ? select.id : label?.id;
      const box = select.nextElementSibling;
      const chosen = box?.querySelector(".select2-selection__rendered");
      if (!name || !chosen) continue;
      box.querySelector("[role=combobox]").setAttribute("aria-labelledby", `${name} ${chosen.id}`.trim());
      chosen.setAttribute("aria-labelledby", name);
      box.querySelector("input")?.setAttribute("aria-labelledby", name);
    }
  };
  window.django?.jQuery?.(nameBoxes); // after Django's own script, which makes them in the same way
  document.addEventListener("formset:added", () => setTimeout(nameBoxes));
}
