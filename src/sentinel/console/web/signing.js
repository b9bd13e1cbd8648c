// Who is signed in: signing in and out, and signing in again in place when a session has ended.
// Works by itself, so that the page on which people sign in needs nothing else.

import { TEXTS } from "./sign-texts.js";

const API = "/api/v1";

// Who has opened this page, once it has asked; every request says so, so that nobody acts in another's name.
let me = null;
let asking = null;

export const chosenLanguage = () => localStorage.getItem("sentinel.language") ?? (navigator.language.startsWith("zh") ? "zh" : "en");

export function say(key, values = {}) {
  const text = TEXTS[key][chosenLanguage()];
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

// Like `fetch`, but whoever is no longer signed in is asked to sign in, and the request is made again.
export async function ask(path, options = {}) {
  for (;;) {
    const headers = { ...options.headers, ...(me ? { "Sentinel-Person": me.id } : {}) };
    const answer = await fetch(path, { ...options, headers });
    if (answer.status !== 401) return answer;
    const { reason } = await answer.json().catch(() => ({}));
    await askAgain(reason);
  }
}

// The session of this browser; `null` if nobody is signed in. What it says is remembered as this page's.
export async function whoAmI() {
  const answer = await fetch(`${API}/session`);
  if (answer.status === 401) return null;
  const session = await answer.json();
  if (!answer.ok) throw new Error(session.error);
  me = session.person;
  return session;
}

// Lets somebody in; throws what to tell them. `said.wait` is in seconds.
export async function signIn(name, password) {
  let answer;
  try {
    answer = await fetch(`${API}/session`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ name, password }),
    });
  } catch {
    throw new Denied(say("failed", { reason: say("no_server") }));
  }
  const body = await answer.json().catch(() => ({}));
  if (answer.ok) return body;
  const time = inWords(body.wait_seconds ?? 0);
  const known = ["wrong", "slowed", "busy"].includes(body.reason);
  throw new Denied(known ? say(body.reason, { time }) : say("failed", { reason: body.error ?? answer.status }), body.wait_seconds);
}

export async function signOut() {
  await fetch(`${API}/session`, { method: "DELETE" });
  location.assign("/sign-in");
}

// To the page on which somebody else signs in; back to what is looked at now.
export function changeUser() {
  location.assign(`/sign-in?change=1&next=${encodeURIComponent(location.pathname + location.search)}`);
}

class Denied extends Error {
  constructor(message, wait = 0) {
    super(message);
    this.wait = wait;
  }
}

const inWords = (seconds) => (seconds < 90 ? say("seconds", { count: seconds }) : say("minutes", { count: Math.ceil(seconds / 60) }));

// One question at a time, however many requests have failed; what is behind it stays as it is.
function askAgain(reason) {
  asking ??= showQuestion(reason).finally(() => (asking = null));
  return asking;
}

function showQuestion(reason) {
  return new Promise((settle) => {
    const isOther = reason === "other_person" && me;
    const box = element("dialog", "sign-again sign");
    const anew = () => location.reload();
    const form = signInForm({
      title: say(isOther ? "other_title" : "again_title"),
      note: isOther ? say("other_note", { name: me.name }) : say("again_note"),
      name: me?.id,
      other: isOther ? [say("open_anew"), anew] : me && [say("not_me", { name: me.name }), () => form.forget()],
      done: (session) => {
        if (me && session.person.id !== me.id) return anew();
        me = session.person;
        box.close();
        box.remove();
        settle();
      },
    });
    box.append(form);
    box.addEventListener("cancel", (event) => event.preventDefault()); // there is nothing to go back to
    box.addEventListener("keydown", (event) => event.stopPropagation()); // the page has keys of its own
    document.body.append(box);
    box.showModal();
    form.begin();
  });
}

// The form itself: `name` is known and not asked for; `other` is a further button.
export function signInForm({ title, note, name, other, done }) {
  const form = element("form", "sign-form");
  const user = input("name", "username", name ?? "");
  const secret = input("password", "current-password", "");
  const problem = element("p", "sign-problem");
  const capitals = element("p", "sign-capitals", say("capitals"));
  const button = element("button", "sign-button", say("sign_in"));
  const look = element("button", "sign-look", say("show"));
  Object.assign(user, { autocapitalize: "none", spellcheck: false, maxLength: 200 });
  Object.assign(secret, { type: "password", maxLength: 1000 });
  Object.assign(look, { type: "button", title: say("show_password") });
  problem.setAttribute("role", "alert");
  look.setAttribute("aria-pressed", "false");
  capitals.hidden = true;

  const heading = element("h1", "", title);
  heading.id = "sign-title";
  form.setAttribute("aria-labelledby", heading.id);
  const field = element("span", "sign-field");
  field.append(secret, look);
  form.append(heading, ...(note ? [element("p", "sign-note", note)] : []));
  const userLabel = labelled(say("name"), user);
  form.append(userLabel, labelled(say("password"), field), capitals, problem, button);
  if (other) {
    const further = element("button", "sign-other", other[0]);
    further.type = "button";
    further.addEventListener("click", other[1]);
    form.append(further);
  }
  if (name) userLabel.classList.add("sign-known");
  user.readOnly = Boolean(name);

  look.addEventListener("click", () => {
    const shown = secret.type === "password";
    secret.type = shown ? "text" : "password";
    look.textContent = say(shown ? "hide" : "show");
    look.setAttribute("aria-pressed", String(shown));
    secret.focus();
  });
  form.addEventListener("keyup", (event) => (capitals.hidden = !event.getModifierState?.("CapsLock")));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.disabled) return;
    if (!user.value.trim()) return user.focus();
    if (!secret.value) return secret.focus();
    const busy = (is) => ((button.disabled = is), (button.textContent = say(is ? "signing_in" : "sign_in")));
    busy(true);
    problem.textContent = "";
    try {
      done(await signIn(user.value, secret.value));
    } catch (error) {
      problem.textContent = error.message;
      secret.select();
      secret.focus();
      if (error.wait) await waited(error.wait, button);
    }
    busy(false);
  });
  form.begin = () => (user.value ? secret : user).focus();
  form.forget = () => {
    user.readOnly = false;
    userLabel.classList.remove("sign-known");
    user.value = "";
    user.focus();
  };
  return form;
}

// Nothing can be sent before; the button counts down.
async function waited(seconds, button) {
  for (let left = seconds; left > 0; left--) {
    button.textContent = inWords(left);
    await new Promise((settle) => setTimeout(settle, 1000));
  }
}

function element(tag, className, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

function input(name, autocomplete, value) {
  return Object.assign(element("input", ""), { name, autocomplete, value, required: true });
}

function labelled(text, field) {
  const label = element("label", "");
  label.append(element("span", "", text), field);
  return label;
}
