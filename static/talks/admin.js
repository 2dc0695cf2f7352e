// Asks before a page is left on which something was typed that has not been sent.
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
