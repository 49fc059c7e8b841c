"use strict";
/* A guest's booking: how it stands, and everything that may be done with it. What there is to do, the server says. */
const [id, secret] = location.hash.slice(1).split(".");
const base = "/api/v1/bookings/" + encodeURIComponent(id || "");
const byId = (name) => document.getElementById(name);
const NOT_NOW = "That did not work just now. Please try again.";
const STATUS = {
  awaiting_verification: "Please confirm your email address below. Until then the time is held for you.",
  pending: "Your request is with the provider. A mail tells you when they answer.",
  confirmed: "Your booking is confirmed.",
  in_progress: "The work is under way.",
  awaiting_confirmation: "The provider says that the work is done. Please confirm it, or say what is wrong.",
  completed: "The work is done.",
  disputed: "There is a dispute about this booking. GigSta looks into it.",
  expired: "This request has lapsed. You can book again at any time.",
  cancelled: "This booking is cancelled.",
  declined: "The provider could not take this request.",
  failed: "The work could not be completed.",
  no_show: "It is final that one side did not come.",
};
/* What happens by itself, and what its moment is called. */
const BY_ITSELF = {
  expire_verification: "Held until",
  expire_request: "Answer due by",
  expire_reschedule: "Good until",
  auto_confirm: "Confirms itself",
  auto_complete: "Closes by itself",
  finalise_no_show: "Becomes final",
};

let booking = null;
let opened = null; /* the name of the action whose form is open */
const keys = new Map(); /* of what was sent and not answered: sent again, it happens once */

class Refused extends Error {
  constructor(status, problem) {
    super(problem.errors?.[0] && status === 422 ? problem.errors[0].message : problem.detail || NOT_NOW);
    Object.assign(this, { status, code: problem.code, field: problem.errors?.[0]?.field });
  }
}

async function fetched(url, body) {
  const sent = body && JSON.stringify(body);
  const headers = { "Booking-Key": secret, ...(body && { "Content-Type": "application/json" }) };
  if (body && url.startsWith(base)) {
    keys.set(url + sent, keys.get(url + sent) || crypto.getRandomValues(new Uint32Array(4)).join("-"));
    headers["Idempotency-Key"] = keys.get(url + sent);
  }
  let answer, said;
  try {
    answer = await fetch(url, { method: body ? "POST" : "GET", headers, body: sent });
    said = await answer.json();
  } catch {
    throw new Refused(0, {});
  }
  if (answer.status < 500) keys.delete(url + sent);
  if (!answer.ok) throw new Refused(answer.status, said);
  return said;
}

/* -- words */

function told(moment, options) {
  return new Intl.DateTimeFormat("en-NZ", { timeZone: booking.timezone, ...options }).format(new Date(moment));
}
const DAY = { weekday: "long", day: "numeric", month: "long" };
const CLOCK = { hour: "numeric", minute: "2-digit" };
const time = (moment) => told(moment, { ...DAY, year: "numeric", ...CLOCK, timeZoneName: "short" });
const money = (price) => new Intl.NumberFormat("en-NZ", { style: "currency", currency: price.currency }).format(price.amount / 100);
const party = (actor) => (actor === "provider" ? booking.provider.name : actor === "customer" ? "you" : actor);

function standing() {
  if (booking.proposal) {
    return booking.proposal.by === "provider"
      ? "Your booking is confirmed, and the provider proposes another time. Please answer below."
      : "Your booking is confirmed. The provider has yet to answer the new time that you proposed.";
  }
  if (booking.status === "no_show_reported") {
    return booking.no_show?.reporter === "provider"
      ? "The provider says that you did not come. If that is wrong, contest it."
      : "You reported that the provider did not come. They may contest it.";
  }
  return STATUS[booking.status] || "This booking is " + booking.status.replaceAll("_", " ") + ".";
}

function cost(consequence) {
  if (!consequence) return "";
  if (consequence.refund_percent === 100) return "Free of charge.";
  return "This costs you " + money(consequence.fee) + ": " + consequence.refund_percent + " % of the price is refunded.";
}

/* -- elements */

function made(tag, text, more) {
  const element = Object.assign(document.createElement(tag), more);
  element.textContent = text;
  return element;
}

function fact(name, value) {
  if (value) byId("facts").append(made("dt", name), made("dd", value));
}

function labelled(text, field) {
  const label = made("label", text);
  label.append(field);
  return label;
}

/* What is possible comes first, and what ends the booking after what does not. */
const rank = (action) => 2 * !action.enabled + action.is_critical;

/* -- the booking */

function show(fresh) {
  booking = fresh;
  const last = booking.history.at(-1);
  byId("title").textContent = booking.service.title;
  byId("said").textContent = standing();
  byId("again").hidden = true;
  byId("facts").replaceChildren();
  fact("With", booking.provider.name);
  fact("When", time(booking.starts_at));
  if (booking.proposal) fact("Proposed", time(booking.proposal.starts_at) + ", by " + party(booking.proposal.by));
  if (booking.next_automatic) fact(BY_ITSELF[booking.next_automatic.action_name] || "Next, by itself", time(booking.next_automatic.at));
  fact("Price", money(booking.price));
  if (booking.cancellation) fact("Cancellation fee", money(booking.cancellation.fee));
  fact("Where", booking.address);
  fact("Your note", booking.note);
  fact("Reason given", last.reason);
  const actions = booking.available_actions.toSorted((one, other) => rank(one) - rank(other));
  if (!actions.some((action) => action.action_name === opened && action.enabled)) opened = null;
  byId("actions").replaceChildren(...actions.map(card));
  byId("actions").hidden = !actions.length;
  byId("entries").replaceChildren(...booking.history.map((entry) =>
    made("li", told(entry.at, { day: "numeric", month: "short", ...CLOCK }) + ": " + entry.note + (entry.reason ? " (" + entry.reason + ")" : ""))));
  byId("history").hidden = false;
  offerOnce();
}

async function load() {
  try {
    show(await fetched(base));
  } catch (error) {
    const lost = [401, 404, 422].includes(error.status);
    byId("said").textContent = lost ? "This link does not open a booking. Open it again from the mail." : error.message;
    byId("again").hidden = lost;
    opened = null;
  }
}

function card(action) {
  const article = made("div", "", { className: "action" });
  const button = made("button", action.button_label, { type: "button", className: action.is_critical ? "critical" : "", disabled: !action.enabled });
  const until = action.enabled && action.available_until ? "Possible until " + time(action.available_until) + "." : "";
  const hint = made("p", [action.disabled_reason, cost(action.consequence), until].filter(Boolean).join(" "), { className: "hint" });
  hint.id = "hint-" + action.action_name;
  button.setAttribute("aria-describedby", hint.id);
  article.append(button, hint);
  const atOnce = booking.roles.includes("guest"); /* nobody to tell anything yet, but that the address is theirs */
  button.addEventListener("click", () => (atOnce ? take(action, {}, [button], byId("said")) : open(action)));
  if (opened === action.action_name) {
    button.hidden = true;
    article.prepend(made("h2", action.button_label));
    article.append(form(action));
  }
  return article;
}

/* Looked at anew first, because what an action costs, and whether it is possible, changes as time goes by. */
async function open(action) {
  opened = action.action_name;
  await load();
  const first = document.querySelector(".action form :is(select, textarea, button)");
  if (first) first.focus();
  else byId("title").focus();
}

function form(action) {
  const fields = made("form", "");
  const problem = made("p", "", { className: "problem" });
  problem.setAttribute("role", "alert");
  const reason = made("textarea", "", { name: "reason", rows: 3, maxLength: 2000, required: action.requires_reason });
  const send = made("button", action.button_label, { type: "submit", className: action.is_critical ? "critical" : "" });
  const back = made("button", "Never mind", { type: "button", className: "plain" });
  const buttons = made("div", "", { className: "buttons" });
  const reload = action.requires_time ? picker(fields, send, problem) : null;
  buttons.append(send, back);
  fields.append(labelled(action.requires_reason ? "Your reason" : "A word about it, if you like", reason), problem, buttons);
  back.addEventListener("click", () => { opened = null; show(booking); document.querySelector('[aria-describedby="hint-' + action.action_name + '"]').focus(); });
  fields.addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = new FormData(fields);
    const body = {};
    if (chosen.get("reason").trim()) body.reason = chosen.get("reason").trim();
    if (action.requires_time) body.starts_at = chosen.get("starts_at");
    take(action, body, [send, back], problem, reload);
  });
  return fields;
}

async function take(action, body, buttons, problem, reload) {
  if (action.about_proposal && booking.proposal) body.proposal_version = booking.proposal.version;
  for (const button of buttons) button.disabled = true;
  problem.textContent = "";
  try {
    const fresh = await fetched(base + "/actions/" + action.action_name, { version: booking.version, ...body });
    opened = null;
    show(fresh);
    byId("title").focus();
    scrollTo({ top: 0 });
  } catch (error) {
    if (["version_conflict", "action_not_available"].includes(error.code)) {
      opened = null;
      await load();
      byId("said").textContent = error.message + " This is how it stands now: " + standing();
      byId("title").focus();
      scrollTo({ top: 0 });
      return;
    }
    for (const button of buttons) button.disabled = false;
    problem.textContent = error.message;
    if (error.code === "slot_unavailable") reload?.();
  }
}

/* -- another time */

const LOOK = 28 * 86400e3;
const FARTHEST = 366 * 86400e3;

/* The day and the time to move to, of those that are free for this booking; returns what asks for them again. */
function picker(into, send, problem) {
  const day = made("select", "", { required: true });
  const times = made("div", "", { className: "times" });
  const set = made("fieldset", "");
  const legend = made("legend", "Time");
  const later = made("button", "Later days", { type: "button", className: "plain" });
  const days = new Map();
  let from = Date.now();
  set.append(legend, times);
  into.append(labelled("Day", day), set, later);

  function showTimes() {
    const free = days.get(day.value) || [];
    const labels = free.map((slot) => told(slot.starts_at, CLOCK));
    const zones = new Set(free.map((slot) => zone(slot.starts_at)));
    legend.textContent = free.length ? "Time (" + [...zones].join(", then ") + ")" : "Time";
    times.replaceChildren(...free.map((slot, n) => {
      const twice = labels.indexOf(labels[n]) !== labels.lastIndexOf(labels[n]); /* as clocks are set back */
      const label = made("label", labels[n] + (twice ? " " + zone(slot.starts_at) : ""), { className: "time" });
      label.append(made("input", "", { type: "radio", name: "starts_at", value: slot.starts_at, required: true }));
      return label;
    }));
    set.hidden = !free.length;
    send.disabled = !free.length;
  }

  const zone = (moment) => new Intl.DateTimeFormat("en-NZ", { timeZone: booking.timezone, timeZoneName: "short" })
    .formatToParts(new Date(moment)).find((part) => part.type === "timeZoneName").value;

  async function more() {
    const [start, end] = [new Date(from), new Date(from + LOOK)];
    later.disabled = true;
    try {
      const span = { booking_id: id, from: start.toISOString(), to: end.toISOString() };
      const { items } = await fetched("/api/v1/bookings/availability?" + new URLSearchParams(span));
      from += LOOK;
      for (const slot of items) {
        const name = told(slot.starts_at, { ...DAY, year: "numeric" });
        if (!days.has(name)) day.append(made("option", name, { value: name }));
        days.set(name, [...(days.get(name) || []), slot]);
      }
      if (!items.length) problem.textContent = "No free times until " + told(end, DAY) + ".";
    } catch (error) {
      problem.textContent = error.message;
    }
    later.disabled = false;
    later.hidden = from > Date.now() + FARTHEST;
    showTimes();
  }

  function anew() {
    days.clear();
    day.replaceChildren();
    from = Date.now();
    return more();
  }

  day.addEventListener("change", showTimes);
  later.addEventListener("click", () => { problem.textContent = ""; return more(); });
  send.disabled = true;
  anew();
  return anew;
}

/* -- an account: the one that may be completed is made a moment after the address was confirmed */

async function offerAccount(tries) {
  try {
    const said = await fetched("/api/v1/auth/guests/" + encodeURIComponent(id));
    byId("keep-email").value = said.email;
    byId("keep-name").value = said.full_name || "";
    byId("keep").hidden = false;
  } catch (error) {
    if (error.status === 409) settle("You have a GigSta account with this address. Log in to see all your bookings.");
    else if (error.status === 404 && tries > 1) setTimeout(offerAccount, 600, tries - 1);
    else if (error.status !== 404) offered = false;
  }
}

function settle(text) {
  byId("keep-title").textContent = "Your bookings";
  byId("keep-said").textContent = text;
  byId("keep-form").hidden = true;
  byId("keep-home").hidden = false;
  byId("keep").hidden = false;
}

async function completeAccount(event) {
  event.preventDefault();
  const name = byId("keep-name").value.trim();
  const chosen = { booking_id: id, secret, password: byId("keep-password").value, ...(name && { full_name: name }) };
  byId("keep-button").disabled = true;
  byId("keep-said").textContent = "A moment…";
  try {
    await fetched("/api/v1/auth/guests/complete", chosen);
    settle("Your account is ready, and you are logged in.");
  } catch (error) {
    if (error.status === 409 || error.status === 410) return settle(error.message);
    byId("keep-said").textContent = error.message;
    byId(error.field === "full_name" ? "keep-name" : "keep-password").focus();
  }
  byId("keep-button").disabled = false;
}

let offered = false;

function offerOnce() {
  if (offered || booking.status === "awaiting_verification" || !booking.guest) return;
  offered = true;
  offerAccount(booking.history.at(-1).action === "verify_guest" ? 10 : 1);
}

byId("keep-form").addEventListener("submit", completeAccount);
byId("again").addEventListener("click", load);
/* Another link opened in this tab changes nothing but what follows the #. */
addEventListener("hashchange", () => location.reload());
document.addEventListener("visibilitychange", () => { if (!document.hidden && booking && !opened) load(); });

if (id && secret) load();
else byId("said").textContent = "This link is incomplete. Open it again from the mail.";
