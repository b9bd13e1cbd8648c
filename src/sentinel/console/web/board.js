// The page: list, map and one open warning; keys, alarms, and what it says when it has lost its server.

import { markRaw } from "vue";
import acceptance from "sentinel-console/accept.js";
import { amend, readAddress, visit } from "sentinel-console/address.js";
import { Alarm } from "sentinel-console/alarm.js";
import choosing from "sentinel-console/choosing.js";
import crumbs from "sentinel-console/crumbs.js";
import detail from "sentinel-console/detail.js";
import legend from "sentinel-console/legend.js";
import list from "sentinel-console/list.js";
import citymap from "sentinel-console/map.js";
import nothing from "sentinel-console/nothing.js";
import { Places } from "sentinel-console/places.js";
import { Store } from "sentinel-console/store.js";
import strip from "sentinel-console/strip.js";
import thumb from "sentinel-console/thumb.js";
import { RANKS, shownRank, Words } from "sentinel-console/words.js";

const NARROW = 860; // pixels; below it, one thing at a time

const kept = (key, otherwise) => localStorage.getItem(`sentinel.${key}`) ?? otherwise;
const keep = (key, value) => localStorage.setItem(`sentinel.${key}`, value);

export default {
  components: { acceptance, choosing, citymap, crumbs, detail, legendBar: legend, list, nothing, strip, thumb },
  props: { texts: Object, api: String },
  data() {
    const store = markRaw(new Store(this.api));
    const places = markRaw(new Places(store));
    const { area, warning, rank, tab } = readAddress();
    return {
      store,
      places,
      state: store.state,
      seen: places.state,
      lines: store.lines,
      language: kept("language", navigator.language.startsWith("zh") ? "zh" : "en"),
      theme: kept("theme", "dark"),
      sound: kept("sound", "off") === "on",
      name: kept("name", ""),
      tab,
      rank,
      area,
      chosen: warning,
      opened: warning,
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
      const inside = this.area && this.seen.areas?.path.length > 1 ? this.area : "";
      return this.lines.filter((line) => !inside || line.area === inside || line.area.startsWith(`${inside}/`));
    },
    // What the tabs count, whatever colour is chosen.
    tabs() {
      const open = this.here.filter((line) => line.state === "open");
      return {
        open,
        waiting: open.filter((line) => !line.order || line.order.waits),
        ended: this.here.filter((line) => line.state === "ended"),
      };
    },
    shown() {
      const has = (line) => (this.rank === "blind" ? line.sight === "blind" : shownRank(line) === this.rank);
      return this.rank ? this.tabs[this.tab].filter(has) : this.tabs[this.tab];
    },
    hidden() {
      return this.tabs[this.tab].length - this.shown.length;
    },
    elsewhere() {
      const open = this.state.status?.standing.open ?? 0;
      return this.tab === "open" && this.area ? Math.max(0, open - this.tabs.open.length) : 0;
    },
    city() {
      return this.state.status?.city;
    },
    // Nothing of the city can be seen: what is shown was so before.
    dark() {
      return Boolean(this.state.status?.standing.dark);
    },
    // Whose devices are on the map: close to, all that are open here; from afar only the one looked at.
    pointed() {
      return this.seen.close ? this.tabs.open : this.line?.device ? [this.line] : [];
    },
    look() {
      return { area: this.area, warning: this.opened, rank: this.rank, tab: this.tab };
    },
    line() {
      return this.lines.find((line) => line.id === this.opened);
    },
    acceptingLine() {
      return this.lines.find((line) => line.id === this.accepting);
    },
    waitingReds() {
      const waits = (line) => line.state === "open" && line.rank === "red" && (!line.order || line.order.waits);
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
    area(area) {
      this.places.show(area);
    },
    "state.ready": "find",
    "state.revision"() {
      this.places.changed();
    },
    "state.oldSince": (value) => document.documentElement.classList.toggle("old", Boolean(value)),
  },
  mounted() {
    this.alarm = markRaw(new Alarm());
    this.store.onRed = () => this.alarm.ring(this.sound);
    this.places.onMissing = this.leave;
    this.places.show(this.area);
    this.store.start();
    addEventListener("keydown", this.press);
    addEventListener("resize", () => (this.narrow = innerWidth < NARROW));
    addEventListener("pointerdown", () => this.alarm.quiet());
    addEventListener("popstate", this.arrive);
  },
  methods: {
    tell() {
      this.alarm?.tell(this.title, this.waitingReds, this.words.say("rank_red"));
    },
    // No 0 before it is read.
    counted(tab) {
      if (tab === "ended" && !this.state.whole) return "…";
      return `${this.tabs[tab].length}${tab === "ended" && this.state.moreEnded ? "+" : ""}`;
    },
    // An old link, or one that was mistyped.
    leave(area) {
      this.say(this.words.say("no_area", { area }), true);
      this.area = "";
      amend(this.look);
    },
    // A link may name a warning that is older than what was read, or none at all.
    async find() {
      const warning = this.opened;
      try {
        await this.store.know(warning);
      } catch (error) {
        if (warning !== this.opened) return;
        if (error.status !== 404) return setTimeout(this.find, 2000);
        this.say(this.words.say("no_warning", { warning }), true);
        [this.opened, this.chosen] = ["", ""];
        amend(this.look);
      }
    },
    // Back or forward.
    arrive() {
      const { area, warning, rank, tab } = readAddress();
      Object.assign(this, { area, rank, tab, opened: warning, accepting: "" });
      if (warning) this.chosen = warning;
      this.find();
    },
    go(code) {
      this.area = code;
      if (this.narrow) this.opened = "";
      visit(this.look);
    },
    up() {
      const path = this.seen.areas?.path ?? [];
      if (path.length > 1) this.go(path.length > 2 ? path.at(-2).code : "");
    },
    open(id) {
      [this.chosen, this.opened] = [id, id];
      visit(this.look);
    },
    close() {
      this.opened = "";
      visit(this.look);
    },
    see(view) {
      this.view = view;
      if (this.opened) this.close();
    },
    pick(rank, tab = this.tab) {
      [this.rank, this.tab] = [rank, tab];
      amend(this.look);
    },
    step(by) {
      const at = this.shown.findIndex((line) => line.id === this.chosen);
      const next = this.shown[Math.min(this.shown.length - 1, Math.max(0, at + by))];
      if (!next) return;
      this.chosen = next.id;
      if (this.opened) this.opened = next.id;
      amend(this.look);
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
    // What is not as it was asked for stays until it is read.
    say(notice, stays = false) {
      this.notice = notice;
      clearTimeout(this.noticed);
      if (!stays) this.noticed = setTimeout(() => (this.notice = ""), 5000);
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
        Escape: () => (this.opened ? this.close() : this.rank && this.pick("")),
      }[event.key];
      if (act && act() !== false) event.preventDefault();
    },
    askChosen() {
      const line = this.lines.find((one) => one.id === this.chosen);
      if (line && (!line.order || line.order.waits)) this.ask(line.id);
    },
  },
  template: `
    <div class="board" :class="{ narrow, opened: line, dark, ['show-' + view]: narrow }">
      <strip :words="words" :state="state" :ranks="ranks" :chosen-rank="rank" :sound="sound" @rank="pick(rank === $event ? '' : $event)"
             @language="language = language === 'zh' ? 'en' : 'zh'" @theme="theme = theme === 'dark' ? 'light' : 'dark'" @sound="sound = !sound; sound && alarm.ring(true)"></strip>
      <div v-if="state.oldSince" class="old-banner" role="alert"><b>{{ words.say('old_since', { time: words.moment(state.oldSince, state.now, true) }) }}</b><span>{{ words.say('old_note') }}</span></div>
      <div v-else-if="dark" class="dark-banner" role="alert"><b>{{ words.say('dark', { city: words.pick(city, words.say('city')) }) }}</b><span>{{ words.say('dark_note') }}</span></div>
      <crumbs v-if="seen.areas && narrow && !line && (area || view === 'map')" :words="words" :areas="seen.areas" @go="go"></crumbs>
      <main>
        <section class="warnings">
          <div class="bar tabs" role="tablist">
            <button v-for="one in ['open', 'waiting', 'ended']" :key="one" type="button" role="tab" :aria-selected="tab === one" :class="{ chosen: tab === one }" @click="pick(rank, one)">
              {{ words.say('tab_' + one) }}<b>{{ counted(one) }}</b></button>
          </div>
          <choosing :words="words" :tab="tab" :rank="rank" :hidden="hidden" @clear="pick('')"></choosing>
          <list :words="words" :lines="shown" :chosen="chosen" :now="state.now" :tab="tab" :city="city" :dark="dark" :unshown="tab === 'ended' ? 0 : state.unshown"
                :row-height="narrow ? 92 : 80" @choose="open" @accept="ask">
            <nothing :words="words" :tab="tab" :rank="rank" :ready="tab === 'ended' ? state.whole : state.ready" :hidden="hidden" :elsewhere="elsewhere" @clear="pick('')" @city="go('')"></nothing>
          </list>
        </section>
        <section class="place-view">
          <crumbs v-if="seen.areas && !narrow" :words="words" :areas="seen.areas" @go="go"></crumbs>
          <citymap :words="words" :drawing="seen.drawing" :areas="seen.areas" :devices="seen.devices" :lines="pointed" :opened="line" @go="go" @open="open"></citymap>
          <legend-bar :words="words" :ranks="ranks"></legend-bar>
        </section>
        <detail v-if="line" :words="words" :store="store" :line="line" :now="state.now" :city="city" @accept="ask" @close="close" @go="go"></detail>
      </main>
      <div v-if="notice" class="notice" role="status"><span>{{ notice }}</span><button type="button" class="plain" :aria-label="words.say('close')" @click="notice = ''">✕</button></div>
      <thumb v-if="narrow" :words="words" :view="view" :count="tabs.open.length" :line="line" @view="see" @close="close" @accept="ask"></thumb>
      <acceptance v-if="acceptingLine" :words="words" :line="acceptingLine" :me="state.me" :name="name" :problem="problem" :busy="busy" @accept="accept" @cancel="accepting = ''"></acceptance>
      <div class="frame" aria-hidden="true"></div>
    </div>`,
};
