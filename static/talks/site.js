/* What makes the pages quicker to use. Everything works without it. */
"use strict";

/* An opened card closes again on a second click. */
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[hx-get][aria-controls]");
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

/* A note shows its sources in one panel, made of what stands in the list of sources, with the paragraphs of this note.
   Pointing at a note or focusing it shows them, a click or tap keeps them there, Enter leads into them, Escape back. */
const panel = document.createElement("div");
let noted = null; // the note whose panel is open
let kept = false;
let leaving = 0;
let back = false; // the focus is on its way back from the panel

function sourceOf(part, words) {
  const [number, paragraphs] = [part.split(" ", 1)[0], part.slice(part.indexOf(" ") + 1)];
  const entry = document.getElementById(`source-${number}`).cloneNode(true);
  entry.querySelectorAll(".back").forEach((one) => one.remove());
  const inRecord = entry.querySelector("a:not([rel])");
  const said = !paragraphs ? words.none : /^\d+$/.test(paragraphs) ? words.one : words.many;
  inRecord.textContent = said.replace("#", paragraphs);
  inRecord.hash = paragraphs && `p${parseInt(paragraphs, 10)}`;
  const box = document.createElement("div");
  box.append(`[${number}] `, ...entry.childNodes);
  return box;
}

function showPanel(note) {
  clearTimeout(leaving);
  if (note === noted) return;
  closePanel();
  noted = note;
  const words = document.querySelector(".source-list ol").dataset;
  panel.replaceChildren(...note.dataset.at.split("|").map((part) => sourceOf(part, words)));
  const said = note.querySelector("[hidden]");
  if (said) {
    const line = document.createElement("p");
    line.append(...said.cloneNode(true).childNodes);
    panel.prepend(line);
  }
  panel.setAttribute("aria-label", note.getAttribute("aria-label"));
  document.body.append(panel); // again, where a part or all of the page was swapped
  panel.showPopover();
  panel.style.left = panel.style.top = "";
  const [at, own] = [note.getBoundingClientRect(), panel.getBoundingClientRect()];
  if (matchMedia("(max-width: 40rem)").matches) { // there it lies along the foot of the window, but not over its note
    scrollBy(0, Math.max(0, at.bottom + 8 - own.top));
    return;
  }
  const below = at.bottom + own.height + 4 < innerHeight;
  panel.style.left = `${Math.max(8, Math.min(at.left, document.documentElement.clientWidth - own.width - 8))}px`;
  panel.style.top = `${below ? at.bottom + 2 : Math.max(8, at.top - own.height - 2)}px`;
}

function closePanel() {
  clearTimeout(leaving);
  if (!noted) return;
  const [note, inside] = [noted, panel.contains(document.activeElement)];
  noted = null;
  kept = false;
  note.removeAttribute("aria-expanded");
  if (panel.isConnected) panel.hidePopover();
  back = true;
  if (inside) note.focus();
  back = false;
}

const noteOf = (event) => event.target.closest?.("a.source[data-at]");
if ("popover" in panel) {
  panel.className = "panel-of-note";
  panel.popover = "manual";
  panel.tabIndex = -1;
  panel.setAttribute("role", "dialog");
  document.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "mouse") return;
    const note = noteOf(event);
    if (note && !kept) showPanel(note);
    else if (note === noted || panel.contains(event.target)) clearTimeout(leaving);
  });
  document.addEventListener("pointerout", (event) => {
    if (kept || panel.contains(document.activeElement) || !(noteOf(event) || panel.contains(event.target))) return;
    clearTimeout(leaving);
    leaving = setTimeout(closePanel, 300);
  });
  document.addEventListener("focusin", (event) => {
    const note = noteOf(event);
    if (back) return;
    if (note?.matches(":focus-visible")) showPanel(note);
    else if (!note && !panel.contains(event.target)) closePanel();
  });
  document.addEventListener("click", (event) => {
    const note = noteOf(event);
    if (!note && !panel.contains(event.target)) closePanel();
    if (!note || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (note === noted && kept) return closePanel();
    showPanel(note);
    kept = true;
    note.setAttribute("aria-expanded", "true");
    if (!event.detail) panel.querySelector("a").focus(); // by keyboard
  });
  document.addEventListener("keydown", (event) => {
    const ends = [...panel.querySelectorAll("a")].at(event.shiftKey ? 0 : -1);
    const leaves = event.key === "Tab" && ends && ends === document.activeElement;
    if (leaves) event.preventDefault();
    if (leaves || event.key === "Escape") closePanel();
  });
}

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

/* How a page is cited gets buttons that copy it once it is opened; where the clipboard is shut, the text is selected. */
document.addEventListener("toggle", (event) => {
  for (const name of event.target.closest(".taking")?.querySelectorAll("dt:not(:has(button))") ?? []) {
    const button = document.createElement("button");
    button.type = "button";
    button.lang = document.documentElement.lang;
    button.textContent = name.closest(".taking").dataset.copy;
    name.append(" ", button);
  }
}, true);
document.addEventListener("click", async (event) => {
  const button = event.target.closest(".taking button");
  if (!button) return;
  const text = button.closest("dt")?.nextElementSibling;
  if (!text) return print();
  getSelection().selectAllChildren(text);
  await navigator.clipboard?.writeText(text.textContent);
  if (navigator.clipboard) button.textContent = button.closest(".taking").dataset.copied;
});

/* The overview's own script comes with the first sign of a hand; until then the overview is a map of links. */
const later = document.querySelector("meta[name=script-later]");
if (later) {
  let moves = 0;
  const signs = ["pointermove", "pointerdown", "keydown", "wheel"];
  const load = (event) => {
    if (event.type === "pointermove" && !moves++) return; // the first may be the page that came below the pointer
    signs.forEach((name) => removeEventListener(name, load, true));
    document.head.append(Object.assign(document.createElement("script"), { src: later.content }));
  };
  signs.forEach((name) => addEventListener(name, load, { capture: true, passive: true }));
}

/* What a pointer rests on, or the focus, is asked for before it is wanted: the server then has it ready, and the browser in
   its cache, which asks again whether it is still so. One at a time, so many for each address, never where data is saved. */
const AHEAD = 10, REST = 100; // requests, milliseconds
const ahead = new Set();
let resting = 0, asking = false;

/* [address, id of the part of the page that it is for] of a link, or of a choice of the filters as it would be if changed. */
function wanted(target) {
  const link = target.closest?.(":is(#results, #band) a[hx-get], .entry h3 a");
  if (link) {
    const part = link.matches("[hx-get]") && (link.getAttribute("hx-target") ?? "#results").slice(1);
    return part === "body" || link.getAttribute("aria-expanded") === "true" ? null : [link.getAttribute("href").split("#")[0], part];
  }
  const box = (target.closest?.("label.choice") ?? target).querySelector?.("input[type=checkbox]") ?? target;
  if (!box.matches?.("#filters[hx-get] input[type=checkbox]")) return null;
  box.checked = !box.checked;
  const chosen = new URLSearchParams(new FormData(box.form));
  box.checked = !box.checked;
  return [`${box.form.getAttribute("hx-get")}?${chosen}`, "results"];
}
async function askAhead(target) {
  const [address, part] = wanted(target) ?? [];
  if (!address || asking || ahead.size >= AHEAD || ahead.has(address) || navigator.connection?.saveData) return;
  ahead.add(address);
  asking = true;
  try {
    const answer = await fetch(address, { headers: part ? { "HX-Request": "true", "HX-Target": part } : {}, priority: "low" });
    await answer.arrayBuffer();
  } catch { /* it is asked for again when it is wanted */ }
  asking = false;
}
function rest({ target }) {
  clearTimeout(resting);
  resting = setTimeout(askAhead, REST, target);
}
document.addEventListener("pointerover", (event) => { if (event.pointerType === "mouse") rest(event); });
document.addEventListener("focusin", (event) => { if (event.target.matches(":focus-visible")) rest(event); });
document.addEventListener("pointerdown", (event) => { if (event.pointerType === "mouse") askAhead(event.target); });
document.addEventListener("htmx:pushedIntoHistory", () => ahead.clear());
