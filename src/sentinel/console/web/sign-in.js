// The page on which people sign in.

import { chosenLanguage, say, signInForm, whoAmI } from "./signing.js";

const asked = new URLSearchParams(location.search);

// Only to a page of this server: a link must not lead from here to somewhere that looks like here.
const next = (() => {
  try {
    const url = new URL(asked.get("next") ?? "/", location.origin);
    return url.origin === location.origin && url.pathname !== "/sign-in" ? url.pathname + url.search : "/";
  } catch {
    return "/";
  }
})();
const goOn = () => location.replace(next);

const root = document.documentElement;
const place = document.querySelector(".sign-place");
let present = null;

function draw() {
  root.lang = chosenLanguage() === "zh" ? "zh-CN" : "en";
  root.dataset.theme = localStorage.getItem("sentinel.theme") ?? "dark";
  document.title = `${say("sign_in")} · ${say("product")}`;
  for (const one of document.querySelectorAll("[data-text]")) one.textContent = say(one.dataset.text);
  const person = present?.person;
  const form = signInForm({
    title: say(person ? "somebody_else" : "sign_in"),
    note: person ? say("change_note", { name: person.name }) : "",
    other: person && [say("go_on", { name: person.name }), goOn],
    done: goOn,
  });
  place.replaceChildren(form);
  form.begin();
}

document.querySelector(".sign-language").addEventListener("click", () => {
  localStorage.setItem("sentinel.language", chosenLanguage() === "zh" ? "en" : "zh");
  draw();
});

// Browsers keep the session back when another site's link leads here; on this page they send it.
present = await whoAmI().catch(() => null);
if (present && asked.has("next") && !asked.has("change")) goOn();
else draw();
