// What is looked at, in the page's address: it can be sent, loaded again, and gone back from.

const PLAIN = { area: "", warning: "", rank: "", tab: "open" };
const CHOICES = { rank: ["red", "orange", "yellow", "blue", "blind"], tab: ["open", "waiting", "ended"] };

export function readAddress() {
  const asked = new URLSearchParams(location.search);
  const read = (key) => {
    const found = asked.get(key) ?? PLAIN[key];
    return !CHOICES[key] || CHOICES[key].includes(found) ? found : PLAIN[key];
  };
  return Object.fromEntries(Object.keys(PLAIN).map((key) => [key, read(key)]));
}

// A step of its own for the browser's Back. Leaving for where one has just come from is that step
// back itself, so that Back never leads in circles.
export function visit(look) {
  const [here, there] = [location.pathname + location.search, written(look)];
  if (here === there) return;
  if (history.state?.below === there) history.back();
  else history.pushState({ below: here }, "", there);
}

// The same step, told more exactly.
export function amend(look) {
  history.replaceState(history.state, "", written(look));
}

function written(look) {
  const asks = Object.keys(PLAIN).filter((key) => look[key] !== PLAIN[key]).map((key) => [key, look[key]]);
  return location.pathname + (asks.length ? `?${new URLSearchParams(asks)}` : "");
}
