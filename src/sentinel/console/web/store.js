// What the page knows: read once, then kept up to date by the stream.

import { reactive, shallowRef } from "vue";
import { ask, whoAmI } from "sentinel-console/signing.js";
import { ORDER } from "sentinel-console/words.js";

const PAGE = 500;
const SETTLE = 120; // milliseconds in which changes are gathered
const MOST_OPEN = 5000;
const MOST_ENDED = 1000;
const SILENCE = 2.6; // heartbeats after which the page calls itself old

export class Store {
  constructor(api) {
    this.api = api;
    this.byId = new Map();
    this.lines = shallowRef([]);
    this.state = reactive({
      ready: false,
      whole: false, // what has ended is read, too
      status: null,
      me: null, // who is signed in; a program has nobody
      oldSince: null,
      unshown: 0,
      moreEnded: false,
      revision: 0,
      now: Date.now(),
      zone: "UTC",
    });
    this.offset = 0; // the server's clock less ours
    this.heardAt = Date.now();
    this.beat = 5000;
    this.onRed = () => {};
  }

  async start() {
    setInterval(() => this.tick(), 1000);
    this.state.me = await whoAmI().then((session) => session?.person ?? null, () => null);
    await this.readAgain();
  }

  async get(path, query = {}) {
    const text = new URLSearchParams(query).toString();
    const answer = await ask(`${this.api}/${path}${text ? `?${text}` : ""}`);
    const body = await answer.json();
    if (!answer.ok) throw refusal(answer, body);
    return body;
  }

  async accept(id, by, how) {
    const answer = await ask(`${this.api}/warnings/${encodeURIComponent(id)}/accept`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      // Whoever is signed in accepts; a name counts only if the word came from somewhere else.
      body: JSON.stringify(["phone", "radio"].includes(how) ? { how, on_behalf_of: by } : { how }),
    });
    const body = await answer.json();
    if (answer.ok) return { order: body, first: true };
    if (answer.status === 409 && body.order) return { order: body.order, first: false };
    throw refusal(answer, body);
  }

  // Everything anew; the most serious come first, and are shown while the rest is read.
  async readAgain() {
    this.source?.close();
    try {
      this.note(await this.get("status"));
      const known = new Map();
      const revision = await this.readPages(known, "open", MOST_OPEN);
      await this.readPages(known, "ended", PAGE);
      this.byId = known;
      this.sort();
      this.state.ready = this.state.whole = true;
      this.listen(revision);
    } catch {
      if (this.state.ready) this.lose();
      setTimeout(() => this.readAgain(), 2000);
    }
  }

  // A warning that a link names may be older than what was read. Rejects if there is none.
  async know(id) {
    if (!id || this.byId.has(id)) return;
    const { warning } = await this.get(`warnings/${encodeURIComponent(id)}`);
    this.byId.set(id, warning);
    this.sort();
  }

  async readPages(known, state, most) {
    let after = "";
    let revision = null;
    do {
      const page = await this.get("warnings", { state, limit: PAGE, after });
      revision ??= page.revision;
      for (const line of page.warnings) known.set(line.id, line);
      if (state === "ended") this.state.moreEnded = Boolean(page.next);
      if (state === "open") this.state.unshown = Math.max(0, page.total - known.size);
      if (!this.state.ready) {
        this.byId = known;
        this.sort();
        this.state.ready = true;
      }
      after = page.next;
    } while (after && known.size < most);
    return revision;
  }

  listen(revision) {
    this.source = new EventSource(`${this.api}/stream?after=${revision}`);
    this.source.addEventListener("warnings", (event) => this.change(JSON.parse(event.data), event.lastEventId));
    this.source.addEventListener("beat", (event) => this.note(JSON.parse(event.data)));
    this.source.addEventListener("reset", () => this.readAgain());
    this.source.onerror = () => {
      this.lose();
      if (this.source.readyState === EventSource.CLOSED) setTimeout(() => this.readAgain(), 2000);
    };
  }

  change(lines, revision) {
    this.hear();
    for (const line of lines) {
      const before = this.byId.get(line.id);
      this.byId.set(line.id, line);
      const newlyRed = line.state === "open" && line.rank === "red" && before?.rank !== "red";
      if (newlyRed && (!line.order || line.order.waits)) this.onRed(line);
    }
    this.state.revision = Number(revision) || this.state.revision;
    this.sortSoon();
  }

  note(status) {
    this.hear();
    this.beat = status.heartbeat_ms;
    this.offset = status.now - Date.now();
    this.state.status = status;
    this.state.zone = status.zone;
    this.state.revision = Math.max(this.state.revision, status.revision);
    this.state.now = status.now;
  }

  hear() {
    this.heardAt = Date.now();
    this.state.oldSince = null;
  }

  lose() {
    this.state.oldSince ??= this.heardAt + this.offset;
  }

  tick() {
    if (this.state.ready && Date.now() - this.heardAt > Math.max(2000, this.beat * SILENCE)) this.lose();
    this.state.now = Date.now() + this.offset;
  }

  // A few times a second, however much arrives.
  sortSoon() {
    this.sorting ??= setTimeout(() => {
      this.sorting = null;
      this.sort();
    }, SETTLE);
  }

  sort() {
    const all = [...this.byId.values()].sort(
      (a, b) => ORDER[b.rank] - ORDER[a.rank] || b.changed_at - a.changed_at || (a.id < b.id ? 1 : -1),
    );
    const ended = all.filter((line) => line.state === "ended");
    for (const line of ended.slice(MOST_ENDED)) this.byId.delete(line.id);
    this.lines.value = all;
  }
}

function refusal(answer, body) {
  return Object.assign(new Error(body.error), { status: answer.status });
}
