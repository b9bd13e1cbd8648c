// What is being typed, kept on the server for the one who types it, so that neither an ended session
// nor a dead battery loses it.

import { ask } from "./signing.js";

const API = "/api/v1/drafts";
const PAUSE = 600; // milliseconds without a key before it is sent

export class Drafts {
  constructor() {
    this.waiting = new Map(); // case to what is to be kept
    this.sending = Promise.resolve();
    addEventListener("pagehide", () => this.flush({ keepalive: true }));
    addEventListener("visibilitychange", () => document.visibilityState === "hidden" && this.flush({ keepalive: true }));
  }

  // Keeps `body`, any object, soon; the last one counts.
  put(name, body) {
    this.waiting.set(name, body);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), PAUSE);
  }

  // What was kept for a case: `{ case, at, body }`, or null.
  async get(name) {
    const answer = await ask(`${API}/${encodeURIComponent(name)}`);
    return answer.ok ? answer.json() : null;
  }

  // Once it is sent, or thrown away.
  async remove(name) {
    this.waiting.delete(name);
    await this.sending;
    await ask(`${API}/${encodeURIComponent(name)}`, { method: "DELETE" });
  }

  // In order, one after the other: an older text must not come last.
  flush(options = {}) {
    clearTimeout(this.timer);
    const now = [...this.waiting];
    this.waiting.clear();
    const send = async () => {
      for (const [name, body] of now) await this.send(name, body, options);
    };
    this.sending = options.keepalive ? send() : this.sending.then(send);
    return this.sending;
  }

  async send(name, body, options) {
    const request = { ...options, method: "PUT", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
    try {
      await ask(`${API}/${encodeURIComponent(name)}`, request);
    } catch {
      if (!this.waiting.has(name)) this.put(name, body); // the server does not answer: again, unless there is a newer one
    }
  }
}
