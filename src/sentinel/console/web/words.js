// Words, times and numbers as people of this city read them.

export const RANKS = ["red", "orange", "yellow", "blue", "none"];
export const ORDER = { red: 4, orange: 3, yellow: 2, blue: 1, none: 0 };

// After its end a warning is known by how bad it was.
export const shownRank = (line) => (line.state === "ended" ? line.worst : line.rank);

// Units that rules spell in letters for want of a sign.
const SHOWN = { Cel: "°C", degC: "°C", degF: "°F", deg: "°", "ug/m3": "µg/m³", "m3/s": "m³/s" };

export class Words {
  constructor(texts, language, zone) {
    this.texts = texts;
    this.language = language;
    this.zone = zone;
    const locale = language === "zh" ? "zh-CN" : "en-GB";
    const options = { timeZone: zone, hour12: false };
    this.clock = new Intl.DateTimeFormat(locale, { ...options, hour: "2-digit", minute: "2-digit", second: "2-digit" });
    this.short = new Intl.DateTimeFormat(locale, { ...options, hour: "2-digit", minute: "2-digit" });
    this.day = new Intl.DateTimeFormat(locale, { ...options, month: "short", day: "numeric" });
    this.weekday = new Intl.DateTimeFormat(locale, { ...options, month: "short", day: "numeric", weekday: "short" });
  }

  say(key, values = {}, otherwise = key) {
    const text = this.texts[key]?.[this.language] ?? otherwise;
    return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
  }

  // A text that comes in several languages; another one rather than none.
  pick(words, otherwise = "") {
    if (!words) return otherwise;
    return words[this.language] || Object.values(words).find((text) => text) || otherwise;
  }

  // A title as it is shown: no number at the end of a line without its unit.
  title(words, otherwise) {
    return this.bound(this.pick(words, otherwise));
  }

  bound(text) {
    return text.replace(/(\d%?) (?=\S{1,8}(?:[\s,.;:，。；：]|$))| (?=\d+[:：])/g, "$1\u00a0");
  }

  // When what the title says was so.
  said(line, now) {
    return this.say(line.state === "ended" ? "said_worst" : "said_at", { time: this.moment(line.said_at, now) });
  }

  // A value with its unit, or the name of the state that it is.
  value({ value, unit, state }) {
    return state || this.quantity(value, unit);
  }

  // Why the server did not do it. It speaks English, and says more than the number of its answer.
  refusal(error) {
    if (!error.status) return this.say("no_server");
    return this.language === "en" ? error.message : this.say(`refused_${error.status}`, {}, error.message);
  }

  rank(line) {
    const rank = shownRank(line);
    return this.say(rank === "none" && line.sight === "blind" ? "blind" : `rank_${rank}`);
  }

  // The day is said only if it is not today.
  moment(time, now, seconds = false) {
    if (time == null) return "";
    const clock = (seconds ? this.clock : this.short).format(time);
    const day = this.day.format(time);
    return day === this.day.format(now) ? clock : `${day} ${clock}`;
  }

  // Milliseconds by which the city's clock is ahead of UTC.
  offset(time) {
    const parts = new Intl.DateTimeFormat("en-GB", { timeZone: this.zone, timeZoneName: "longOffset" }).formatToParts(time);
    const [, sign, hours, minutes] = /GMT(?:([+-])(\d+):(\d+))?/.exec(parts.find(({ type }) => type === "timeZoneName").value) ?? [];
    return sign ? (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60000 : 0;
  }

  span(milliseconds) {
    const seconds = Math.max(0, Math.round(milliseconds / 1000));
    const [size, unit] = seconds < 60 ? [1, "s"] : seconds < 3600 ? [60, "m"] : seconds < 172800 ? [3600, "h"] : [86400, "d"];
    return `${Math.floor(seconds / size)}${this.say(`unit_${unit}`)}`;
  }

  age(time, now) {
    if (time == null) return "";
    return now - time < 5000 ? this.say("just_now") : this.say("ago", { time: this.span(now - time) });
  }

  number(value) {
    if (value == null) return this.say("unknown");
    const digits = Math.abs(value) >= 1000 ? 0 : Math.abs(value) >= 100 ? 1 : Math.abs(value) >= 1 ? 2 : 3;
    return Number(value.toFixed(digits)).toLocaleString("en-US");
  }

  quantity(value, unit) {
    const shown = this.number(value);
    return value == null || !unit ? shown : `${shown} ${SHOWN[unit] ?? unit}`;
  }
}
