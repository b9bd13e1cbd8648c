// The page: list, map and one open warning; keys, alarms, and what it says when it has lost its server.

import { markRaw } from "vue";
import acceptance from "sentinel-console/accept.js";
import { Alarm } from "sentinel-console/alarm.js";
import crumbs from "sentinel-console/crumbs.js";
import detail from "sentinel-console/detail.js";
import list from "sentinel-console/list.js";
import citymap from "sentinel-console/map.js";
import rankMark from "sentinel-console/mark.js";
import { Store } from "sentinel-console/store.js";
import strip from "sentinel-console/strip.js";
import { RANKS, Words } from "sentinel-console/words.js";

const NARROW = 860; // pixels; below it, one thing at a time

// What is looked at is in the address, so that a page that is loaded again shows the same.
const asked = new URLSearchParams(location.search);

const kept = (key, otherwise) => localStorage.getItem(`sentinel.${key}`) ?? otherwise;
const keep = (key, value) => localStorage.setItem(`sentinel.${key}`, value);

export default {
  components: { acceptance, citymap, crumbs, detail, list, rankMark, strip },
  props: { texts: Object, api: String },
  data() {
    const store = markRaw(new Store(this.api));
    return {
      store,
      state: store.state,
      lines: store.lines,
      language: kept("language", navigator.language.startsWith("zh") ? "zh" : "en"),
      theme: kept("theme", "dark"),
      sound: kept("sound", "off") === "on",
      name: kept("name", ""),
      tab: "open",
      rank: "",
      area: asked.get("area") ?? "",
      areas: null,
      drawing: null,
      chosen: asked.get("warning") ?? "",
      opened: asked.get("warning") ?? "",
      accepting: "",
      problem: "",
      busy: false,
      notice: "",
      narrow: innerWidth < NARROW,
      view: "list",
      ranks: RANKS.filter((rank) => rank !== "none"),
    };
  },
  computed: {
    words() {
      return markRaw(new Words(this.texts, this.language, this.state.zone));
    },
    here() {
      const inside = this.area && this.areas?.path.length > 1 ? this.area : "";
      return this.lines.filter(
        (line) =>
          (!inside || line.area === inside || line.area.startsWith(`${inside}/`)) &&
          (!this.rank || (this.rank === "blind" ? line.sight === "blind" : line.rank === this.rank)),
      );
    },
    tabs() {
      const open = this.here.filter((line) => line.state === "open");
      return {
        open,
        waiting: open.filter((line) => line.order?.state !== "accepted" || line.rose),
        ended: this.here.filter((line) => line.state === "ended"),
      };
    },
    shown() {
      return this.tabs[this.tab];
    },
    line() {
      return this.lines.find((line) => line.id === this.opened);
    },
    acceptingLine() {
      return this.lines.find((line) => line.id === this.accepting);
    },
    address() {
      const asks = Object.entries({ area: this.area, warning: this.opened }).filter(([, value]) => value);
      return asks.length ? `?${new URLSearchParams(asks)}` : location.pathname;
    },
    waitingReds() {
      const waits = (line) => line.state === "open" && line.rank === "red" && (line.order?.state !== "accepted" || line.rose);
      return this.lines.filter(waits).length;
    },
    title() {
      const open = this.state.status?.standing.open ?? 0;
      const old = this.state.oldSince ? `${this.words.say("old_since", { time: this.words.short.format(this.state.oldSince) })} · ` : "";
      return `${old}${open ? `(${open}) ` : ""}${this.words.pick(this.state.status?.city, "sentinel")} · ${this.words.say("product")}`;
    },
  },
  watch: {
    language: { immediate: true, handler: (value) => (keep("language", value), (document.documentElement.lang = value === "zh" ? "zh-CN" : "en")) },
    theme: { immediate: true, handler: (value) => (keep("theme", value), (document.documentElement.dataset.theme = value)) },
    sound: (value) => keep("sound", value ? "on" : "off"),
    title: { immediate: true, handler: "tell" },
    waitingReds: "tell",
    area: { immediate: true, handler: "draw" },
    address: (value) => history.replaceState(null, "", value),
    "state.ready": "find",
    "state.revision": "paintSoon",
    "state.oldSince": (value) => document.documentElement.classList.toggle("old", Boolean(value)),
  },
  mounted() {
    this.alarm = markRaw(new Alarm());
    this.store.onRed = () => this.alarm.ring(this.sound);
    this.store.start();
    addEventListener("keydown", this.press);
    addEventListener("resize", () => (this.narrow = innerWidth < NARROW));
    addEventListener("pointerdown", () => this.alarm.quiet());
  },
  methods: {
    tell() {
      this.alarm?.tell(this.title, this.waitingReds, this.words.say("rank_red"));
    },
    async draw() {
      const area = this.area;
      try {
        const [areas, drawing] = await Promise.all([this.store.get("areas", { within: area, depth: 2 }), this.store.get("areas.geojson", { within: area, depth: 2 })]);
        if (area !== this.area) return;
        [this.areas, this.drawing] = [areas, markRaw(drawing)];
      } catch (error) {
        if (error.status === 404) {
          this.say(this.words.say("no_area", { area })); // an old link, or one that was mistyped
          this.area = "";
        } else setTimeout(() => area === this.area && this.draw(), 2000); // the banner says why
      }
    },
    // The picture follows changes, but at most once a second.
    paintSoon() {
      this.painting ??= setTimeout(async () => {
        this.painting = null;
        const area = this.area;
        try {
          if (!this.drawing?.features.length) return await this.draw();
          const [areas, status] = await Promise.all([this.store.get("areas", { within: area, depth: 2 }), this.store.get("status")]);
          this.store.note(status);
          if (area === this.area) this.areas = areas;
        } catch {
          this.paintSoon();
        }
      }, 1000);
    },
    async find() {
      await this.store.know(this.opened).catch(() => (this.opened = ""));
    },
    go(code) {
      this.area = code;
      if (this.narrow) this.opened = "";
    },
    up() {
      const path = this.areas?.path ?? [];
      if (path.length > 1) this.go(path.length > 2 ? path.at(-2).code : "");
    },
    open(id) {
      [this.chosen, this.opened] = [id, id];
    },
    step(by) {
      const at = this.shown.findIndex((line) => line.id === this.chosen);
      const next = this.shown[Math.min(this.shown.length - 1, Math.max(0, at + by))];
      if (!next) return;
      this.chosen = next.id;
      if (this.opened) this.opened = next.id;
    },
    ask(id) {
      [this.accepting, this.problem, this.chosen] = [id, "", id];
    },
    async accept(by, how) {
      this.busy = true;
      try {
        const rose = this.acceptingLine.rose;
        const { order, first } = await this.store.accept(this.accepting, by, how);
        this.name = by;
        keep("name", by);
        const time = this.words.moment(order.accepted_at, this.state.now);
        this.say(rose && first ? this.words.say("seen_noted") : this.words.say(first ? "accepted_by" : "accepted_first", { name: order.accepted_by, time }));
        this.accepting = "";
      } catch (error) {
        this.problem = this.words.say("accept_failed", { reason: this.words.refusal(error) });
      }
      this.busy = false;
    },
    say(notice) {
      this.notice = notice;
      clearTimeout(this.noticed);
      this.noticed = setTimeout(() => (this.notice = ""), 5000);
    },
    press(event) {
      this.alarm.quiet();
      if (this.accepting || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea")) return;
      const act = {
        j: () => this.step(1),
        k: () => this.step(-1),
        a: () => this.askChosen(),
        u: () => this.up(),
        Enter: () => !event.target.closest("button, [role=button]") && this.chosen && this.open(this.chosen),
        Escape: () => (this.opened = ""),
      }[event.key];
      if (act && act() !== false) event.preventDefault();
    },
    askChosen() {
      const line = this.lines.find((one) => one.id === this.chosen);
      if (line && (line.order?.state !== "accepted" || line.rose)) this.ask(line.id);
    },
  },
  template: `
    <div class="board" :class="{ narrow, opened: line, ['show-' + view]: narrow }">
      <strip :words="words" :state="state" :ranks="ranks" :chosen-rank="rank" :sound="sound" @rank="rank = rank === $event ? '' : $event"
             @language="language = language === 'zh' ? 'en' : 'zh'" @theme="theme = theme === 'dark' ? 'light' : 'dark'" @sound="sound = !sound; sound && alarm.ring(true)"></strip>
      <div v-if="state.oldSince" class="old-banner" role="alert"><b>{{ words.say('old_since', { time: words.moment(state.oldSince, state.now, true) }) }}</b><span>{{ words.say('old_note') }}</span></div>
      <crumbs v-if="areas && narrow && !line && (area || view === 'map')" :words="words" :areas="areas" @go="go"></crumbs>
      <main>
        <section class="warnings">
          <div class="bar tabs" role="tablist">
            <button v-for="one in ['open', 'waiting', 'ended']" :key="one" type="button" role="tab" :aria-selected="tab === one" :class="{ chosen: tab === one }" @click="tab = one">
              {{ words.say('tab_' + one) }}<b>{{ tabs[one].length }}{{ one === 'ended' && state.moreEnded ? '+' : '' }}</b></button>
          </div>
          <list :words="words" :lines="shown" :chosen="chosen" :now="state.now" :tab="tab" :ready="state.ready" :unshown="tab === 'ended' ? 0 : state.unshown"
                :row-height="narrow ? 92 : 80" @choose="open" @accept="ask"></list>
        </section>
        <section class="place-view">
          <crumbs v-if="areas && !narrow" :words="words" :areas="areas" @go="go"></crumbs>
          <citymap :words="words" :drawing="drawing" :areas="areas" :chosen="line?.area" @go="go"></citymap>
          <footer class="legend"><span v-for="one in ranks" :key="one" :class="'rank-' + one"><rank-mark :rank="one" sight="seen"></rank-mark>{{ words.say('rank_' + one) }}</span>
            <span><i class="swatch-blind"></i>{{ words.say('legend_blind') }}</span><kbd>{{ words.say('keys') }}</kbd></footer>
        </section>
        <detail v-if="line" :words="words" :store="store" :line="line" :now="state.now" @accept="ask" @close="opened = ''" @go="go"></detail>
      </main>
      <nav class="bottom" v-if="narrow"><button type="button" :class="{ chosen: view === 'list' }" @click="view = 'list'; opened = ''">{{ words.say('list') }}<b>{{ tabs.open.length }}</b></button>
        <button type="button" :class="{ chosen: view === 'map' }" @click="view = 'map'; opened = ''">{{ words.say('map') }}</button></nav>
      <acceptance v-if="acceptingLine" :words="words" :line="acceptingLine" :name="name" :problem="problem" :busy="busy" @accept="accept" @cancel="accepting = ''"></acceptance>
      <div v-if="notice" class="notice" role="status">{{ notice }}</div>
      <div class="frame" aria-hidden="true"></div>
    </div>`,
};
