/* The overview tells, comes closer and moves. Without it, it is a map of links, and every period that it shows is an
   address: what is chosen here is asked of the server by the form of the filters, which draws it anew. */
"use strict";

(() => {
const DAY = 864e5;
const REACH = 26; // pixels within which the nearest mark of a lane answers
const PATIENCE = 220; // milliseconds after which a wheel has come to rest
const FINE = 100 * DAY; // a drawing of less lets days be chosen
const LEAST = 14; // days, as in talks/drawings/overview.py
const band = () => document.getElementById("band");
const time = (text) => Date.parse(`${text}T00:00Z`);
const iso = (days) => new Date(days).toISOString().slice(0, 10);
const address = (link) => link.getAttribute("href");
const marksOf = (lane) => [...lane.querySelectorAll(".marks a")];
const lanes = () => [...band().querySelectorAll(".lane:has(a)")].filter((lane) => lane.querySelector("svg[role=group]").checkVisibility());
const linksOf = (lane) => [...lane.querySelectorAll("svg[role=group] a")];
const across = (link) => (link.matches(".tick") ? link.querySelector("rect") : link.querySelector("use")).getBoundingClientRect();
const middle = (link) => { const box = across(link); return box.left + box.width / 2; };

/* Tell: the mark, its row in the list and the panel light up together. */
let told = "", hint = null;
function tell(link) {
  const panel = document.getElementById("told");
  told = link ? address(link) : "";
  document.querySelectorAll("#band a.is-told, .entry.is-told").forEach((one) => one.classList.remove("is-told"));
  panel.classList.toggle("is-told", !!told);
  hint ??= [...panel.childNodes];
  if (!told) { panel.replaceChildren(...hint); return; }
  for (const one of document.querySelectorAll("#band .marks a, .entry h3 a")) {
    if (address(one) === told) (one.closest(".entry") ?? one).classList.add("is-told");
  }
  const all = [...document.querySelectorAll("#told-all > [data-of]")].find((one) => one.dataset.of === told);
  if (all) { panel.replaceChildren(...all.cloneNode(true).childNodes); return; }
  htmx.trigger("#told-all", "ask"); // once for each drawing; what it says is told when it is there
  const title = link.querySelector("title");
  const own = document.createElement("a");
  own.href = told;
  own.textContent = title.textContent.trim();
  const head = document.createElement("h3");
  head.append(own);
  panel.replaceChildren(head);
}
const markOf = (entry) => {
  const link = entry.querySelector("h3 a");
  return link && [...document.querySelectorAll("#band .marks a")].find((mark) => address(mark) === address(link));
};

/* The whole height of a lane is the target of its nearest mark. */
function nearest(lane, x, y) {
  let best = null, least = REACH;
  for (const link of marksOf(lane)) {
    const box = across(link), inside = box.left <= x && x <= box.right && box.top <= y && y <= box.bottom;
    const far = inside ? 0 : Math.hypot(x - box.left - box.width / 2, (y - box.top - box.height / 2) / 2);
    if (far < least) [best, least] = [link, far];
  }
  return best;
}

/* What is shown: the first day, and so many days. */
const shown = () => {
  const { start, end, first, last } = band().dataset;
  return { from: time(start), span: time(end) - time(start) + DAY, first: time(first), whole: time(last) - time(first) + DAY };
};
function within(from, span) {
  const { first, whole } = shown();
  const long = Math.min(Math.max(span, Math.min(LEAST * DAY, whole)), whole);
  return { from: Math.min(Math.max(from, first), first + whole - long), span: long };
}

/* While a hand moves it, what is drawn moves along; only positions change, so that nothing is stretched. */
const PLACES = ["x", "width", "x1", "x2"];
let drawn = null;
function preview(from, span) {
  const now = shown(), factor = now.span / span, offset = 100 * (now.from - from) / span;
  drawn ??= [...band().querySelectorAll(".lanes svg *")].flatMap((one) =>
    PLACES.filter((name) => one.getAttribute(name)?.endsWith("%")).map((name) => [one, name, parseFloat(one.getAttribute(name))])
  ).filter(([one, name, value]) => !(name === "width" && value === 100 && one.matches(".period rect")) && !one.matches(".period text"));
  band().classList.add("is-moving");
  for (const [one, name, value] of drawn) one.setAttribute(name, `${name === "width" ? value * factor : value * factor + offset}%`);
  for (const bars of band().querySelectorAll(".bars")) bars.setAttribute("viewBox", `${-offset / factor} 0 ${100 / factor} 44`);
}
/* What is kept for the Back button is as the server drew it. */
document.addEventListener("htmx:beforeHistorySave", () => {
  if (!band()) return;
  if (drawn) { const { from, span } = shown(); preview(from, span); }
  band().classList.remove("is-moving");
  const again = told;
  tell(null);
  told = again;
});
function show(from, span) {
  const next = within(days(from), days(span)), { first, whole, ...now } = shown();
  if (next.from === now.from && next.span === now.span) return; // nothing to come closer to, or to go to
  const form = document.getElementById("filters");
  const all = next.span >= whole && next.from <= first;
  form.elements.from.value = all ? "" : iso(next.from);
  form.elements.to.value = all ? "" : iso(next.from + next.span - DAY);
  form.requestSubmit();
}
const zoom = (factor, at = .5) => { const { from, span } = shown(); show(from + span * (1 - factor) * at, span * factor); };
const choose = (tick) => show(time(tick.dataset.from), time(tick.dataset.to) - time(tick.dataset.from) + DAY);
const step = (name) => document.getElementById(`band-${name}`)?.click();
const part = (x) => { const box = band().querySelector(".axis svg").getBoundingClientRect(); return (x - box.left) / box.width; };

/* Pointers: hovering tells; along the years a drag chooses, elsewhere it moves what is drawn; two fingers spread it. */
const held = new Map();
let moved = false, brush = null, goal = null, before = "";
document.addEventListener("pointerdown", (event) => {
  before = told; // what follows may move the focus, and so what is told
  if (!event.target.closest?.("#band .lanes") || event.button) return;
  goOn();
  const { from, span } = goal ?? shown();
  moved &&= !!held.size;
  held.set(event.pointerId, { x: event.clientX, first: event.clientX, from, span, axis: !!event.target.closest(".axis") });
});
document.addEventListener("pointermove", (event) => {
  const hand = held.get(event.pointerId);
  if (!hand) {
    const lane = event.pointerType !== "touch" && event.target.closest?.("#band .lane:has(.marks)");
    const near = lane && nearest(lane, event.clientX, event.clientY);
    if (near && address(near) !== told) tell(near);
    return;
  }
  hand.x = event.clientX;
  const [one, other] = held.values();
  if (other) {
    const was = Math.abs(part(one.first) - part(other.first)) || .01, is = Math.abs(part(one.x) - part(other.x)) || .01;
    const span = within(one.from, one.span * was / is).span;
    const fixed = one.from + one.span * (part(one.first) + part(other.first)) / 2;
    goal = within(fixed - span * (part(one.x) + part(other.x)) / 2, span);
  } else if (moved || Math.abs(hand.x - hand.first) > 6) {
    moved = true;
    if (hand.axis) { stretch(hand); return; }
    goal = within(hand.from - hand.span * (part(hand.x) - part(hand.first)), hand.span);
  } else return;
  moved = true;
  preview(goal.from, goal.span);
});
/* When a finger comes or goes, those that stay go on from what is drawn: two are never lifted at once. */
const goOn = () => { for (const hand of held.values()) Object.assign(hand, goal, { first: hand.x, axis: hand.axis && !goal }); };
function stretch({ first, x }) {
  brush ??= band().querySelector(".axis").appendChild(Object.assign(document.createElement("span"), { className: "brush" }));
  const box = brush.parentNode.getBoundingClientRect();
  brush.style.insetInlineStart = `${Math.min(first, x) - box.left}px`;
  brush.style.inlineSize = `${Math.abs(x - first)}px`;
}
function release(event) {
  const hand = held.get(event.pointerId);
  if (!hand) return;
  held.delete(event.pointerId);
  if (held.size) { goOn(); return; }
  setTimeout(() => { moved = false; }); // after the click that ends a drag
  if (brush) {
    brush.remove();
    brush = null;
    const [from, to] = [part(hand.first), part(hand.x)].sort((a, b) => a - b).map((where) => hand.from + hand.span * Math.min(Math.max(where, 0), 1));
    show(...months(from, to, hand.span));
  } else if (goal) {
    show(goal.from, goal.span);
  }
  goal = null;
}
["pointerup", "pointercancel"].forEach((name) => document.addEventListener(name, release));
const days = (moment) => Math.round(moment / DAY) * DAY;
/* A drag chooses whole months, or close up whole days. */
function months(from, to, span) {
  if (span < FINE) return [from, to - from];
  const start = new Date(from), end = new Date(to - 1);
  const first = Date.UTC(start.getUTCFullYear(), start.getUTCMonth());
  return [first, Date.UTC(end.getUTCFullYear(), end.getUTCMonth() + 1) - first];
}
document.addEventListener("dragstart", (event) => {
  if (event.target.closest?.("#band .lanes")) event.preventDefault(); // marks and years are not carried off
});
/* A bar is a month. */
function showMonth(x) {
  const { from, span } = shown(), day = from + span * part(x);
  show(...months(day, day + DAY, Infinity));
}
let rest = 0;
document.addEventListener("wheel", (event) => {
  if (!event.ctrlKey || !event.target.closest?.("#band .lanes")) return;
  event.preventDefault();
  const now = goal ?? shown(), at = part(event.clientX);
  const next = within(now.from, now.span * (event.deltaY > 0 ? 1.25 : .8));
  goal = within(now.from + (now.span - next.span) * at, next.span);
  preview(goal.from, goal.span);
  clearTimeout(rest);
  rest = setTimeout(() => { show(goal.from, goal.span); goal = null; }, PATIENCE);
}, { passive: false });

/* A click beside a small mark is a click on it. On a screen that is touched the first tap tells, the second opens. */
document.addEventListener("click", (event) => {
  if (!event.target.closest?.("#band .lanes")) return;
  const aside = event.ctrlKey || event.metaKey || event.shiftKey;
  const period = event.target.closest("[data-from]");
  if (moved) { event.preventDefault(); return; }
  if (period) { if (!aside) { event.preventDefault(); choose(period); } return; }
  const lane = event.target.closest(".lane:has(.marks, .bars)"), link = event.target.closest("a");
  const mark = lane && event.detail ? nearest(lane, event.clientX, event.clientY) : null;
  if (!mark) { if (event.target.closest(".bars")) showMonth(event.clientX); return; }
  if (event.pointerType === "touch" && address(mark) !== before) { event.preventDefault(); tell(mark); } else if (mark !== link && !aside) {
    event.preventDefault();
    location.assign(address(mark));
  }
});

/* Keys: a lane is one stop; arrows walk along it and across, + and − come closer and go back. */
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && told) { tell(null); return; }
  const inside = event.target.closest?.("#band");
  if (!inside || event.ctrlKey || event.metaKey || event.altKey) return;
  const link = event.target.closest(".lane a");
  const doing = {
    "+": () => (link ? zoom(.5, part(middle(link))) : step("closer")), "=": () => (link ? zoom(.5, part(middle(link))) : step("closer")),
    "-": () => step("wider"), "−": () => step("wider"),
    ...(event.shiftKey ? { ArrowLeft: () => step("earlier"), ArrowRight: () => step("later") } : link ? walks(link) : {}),
  }[event.key];
  if (!doing) return;
  event.preventDefault();
  doing();
});
function walks(link) {
  const all = lanes(), lane = all.findIndex((one) => one.contains(link)), links = linksOf(all[lane]), now = links.indexOf(link);
  const to = (next) => next && stop(next) && next.focus({ preventScroll: true });
  const nearestIn = (other) => other && linksOf(other).reduce((a, b) => (Math.abs(middle(b) - middle(link)) < Math.abs(middle(a) - middle(link)) ? b : a));
  return {
    ArrowLeft: () => to(links[now - 1]), ArrowRight: () => to(links[now + 1]), Home: () => to(links[0]), End: () => to(links.at(-1)),
    ArrowUp: () => to(nearestIn(all[lane - 1])), ArrowDown: () => to(nearestIn(all[lane + 1])),
  };
}
function stop(link) {
  for (const one of link.closest("svg[role=group]").querySelectorAll("a")) one.setAttribute("tabindex", one === link ? "0" : "-1");
  return true;
}
document.addEventListener("focusin", ({ target }) => {
  const mark = target.closest?.("#band .marks a"), entry = target.closest?.(".found .entry");
  if (mark) tell(mark);
  else if (entry && markOf(entry)) tell(markOf(entry));
});
document.addEventListener("pointerover", ({ target, pointerType }) => {
  const entry = pointerType !== "touch" && target.closest?.(".found .entry");
  const mark = entry && band() && markOf(entry);
  if (mark && address(mark) !== told) tell(mark);
});

/* After each drawing: one stop for each lane, and what was told is told again, if it is still there. */
function begin() {
  hint = null;
  if (!drawn?.[0]?.[0].isConnected) drawn = null; // a hand can be quicker than what is done after a drawing
  if (!band()) return;
  for (const lane of band().querySelectorAll("svg[role=group]")) if (lane.querySelector("a")) stop(lane.querySelector("a"));
  const [again, same] = [told, focused].map((one) => one && marksOf(band()).find((link) => address(link) === one));
  if (same) stop(same);
  const next = same || (focused && band().querySelector(".steps a")); // a mark or year that is gone leaves its reader here
  if (!again) told = ""; else if (next !== again) tell(again);
  next?.focus?.({ preventScroll: true });
  focused = "";
}
let focused = ""; // where the link leads that had the focus
document.addEventListener("htmx:beforeSwap", () => {
  const link = document.activeElement?.closest?.("#band .lane a");
  focused = link ? address(link) : "";
});
document.addEventListener("htmx:afterSettle", ({ detail }) => { // by then htmx hears what happens to the new one
  if (detail.target?.id !== "told-all") begin();
});
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target?.id === "told-all" && told) { const link = marksOf(band()).find((one) => address(one) === told); if (link) tell(link); }
});
document.addEventListener("htmx:historyRestore", begin);
begin(); // it comes late, and tells at once what the hand that called it is at
const at = document.querySelector("#band .marks a:is(:hover, :focus)");
if (at) tell(at);
})();
