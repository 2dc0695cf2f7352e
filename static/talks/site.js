/* What makes the pages quicker to use. Everything works without it. */
"use strict";

/* An opened card closes again on a second click. */
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[aria-controls^='details-']");
  if (!link) return;
  const details = document.getElementById(link.getAttribute("aria-controls"));
  if (details.childElementCount) {
    event.preventDefault();
    event.stopImmediatePropagation();
    details.replaceChildren();
    link.setAttribute("aria-expanded", "false");
  } else {
    link.setAttribute("aria-expanded", "true");
  }
}, true);

/* A first tap on a source number shows where it leads; a second one goes there. */
document.addEventListener("click", (event) => {
  const source = event.target.closest("a.source");
  if (source && event.pointerType === "touch" && !source.classList.contains("is-told")) {
    event.preventDefault();
    document.querySelectorAll("a.source.is-told").forEach((told) => told.classList.remove("is-told"));
    source.classList.add("is-told");
    source.focus();
  }
});

document.addEventListener("DOMContentLoaded", () => {
  narrow();
  settle();
  unfoldMenus();
});

/* What a phone folds in the masthead is open on a wide screen; a browser whose style sheet cannot do that has it here. */
function unfoldMenus() {
  if (CSS.supports("selector(::details-content)") || matchMedia("(max-width: 60rem)").matches) return;
  for (const menu of document.querySelectorAll(".masthead .menu")) {
    menu.removeAttribute("name"); // of those with one name, only one can be open
    menu.open = true;
  }
}

/* On a narrow screen the filters start folded, and stay as the reader left them. On a wide one the style sheet shows them,
   folded or not, where the browser knows how. */
const filters = () => document.querySelector(".side > details");
let unfolded = false;
function narrow() {
  if (!filters()) return;
  filters().open = unfolded || !(CSS.supports("selector(::details-content)") || matchMedia("(max-width: 52rem)").matches);
}
document.addEventListener("htmx:beforeSwap", () => { unfolded = filters()?.open ?? false; });
document.addEventListener("htmx:afterSwap", () => {
  narrow();
  settle();
});

/* The heads of a comparison stick to the window by style alone; where the table scrolls sideways in a frame of its own, they
   are moved along here. The style sheet is told how much of the window they cover. */
const frames = () => [...document.querySelectorAll(".sheet > .scroll")];
function follow() {
  for (const frame of frames()) {
    const { tHead } = frame.firstElementChild;
    const own = getComputedStyle(frame).overflowX === "auto";
    const down = Math.min(-frame.getBoundingClientRect().top, frame.offsetHeight - tHead.offsetHeight * 2);
    tHead.style.translate = own && down > 0 ? `0 ${down}px` : "";
  }
}
function settle() {
  for (const frame of frames()) {
    frame.classList.remove("fits");
    frame.classList.toggle("fits", frame.scrollWidth <= frame.clientWidth);
    document.documentElement.style.setProperty("--stuck", `${frame.firstElementChild.tHead.offsetHeight + 8}px`);
  }
  document.querySelectorAll("[data-sift]").forEach((one) => { one.hidden = false; });
  follow();
}
addEventListener("scroll", follow, { passive: true });
addEventListener("resize", settle);

/* Words leave those choices of a comparison that have them all. */
document.addEventListener("input", (event) => {
  const sift = event.target.closest?.("[data-sift]");
  if (!sift) return;
  const words = event.target.value.toLowerCase().split(/\s+/);
  const choices = [...sift.closest("form").querySelectorAll(".choice")];
  for (const choice of choices) {
    const text = choice.textContent.toLowerCase();
    choice.hidden = !choice.querySelector("input").checked && !words.every((word) => text.includes(word));
  }
  for (const year of sift.closest("form").querySelectorAll(".choices")) {
    year.hidden = !year.querySelector(".choice:not([hidden])");
  }
  const status = sift.querySelector("[role=status]");
  status.textContent = choices.some((one) => !one.hidden) ? "" : status.dataset.none;
});
