// One warning: what to do, the readings behind it, why it was raised, what happened since.

import chart from "sentinel-console/chart.js";
import history from "sentinel-console/history.js";
import rankMark from "sentinel-console/mark.js";
import why from "sentinel-console/why.js";
import { shownRank } from "sentinel-console/words.js";

const DAY = 86400000;
const BEFORE = 90; // reporting intervals shown before the onset
const AFTER = 30; // and after the end
const REFRESH = 5000;

export default {
  components: { chart, history, rankMark, why },
  props: { words: Object, store: Object, line: Object, now: Number, city: Object },
  emits: ["accept", "close", "go"],
  data: () => ({ found: null, series: {}, problems: {}, reach: "around", window: [0, 1] }),
  computed: {
    rank() {
      return shownRank(this.line);
    },
    accepted() {
      return Boolean(this.line.order) && !this.line.order.waits;
    },
    // What decided the condition as it is told now; after the end, what decided the one before.
    deciding() {
      return (this.found?.findings ?? []).filter((one) => one.evidence.length && !one.ending).at(-1);
    },
    // The device's names first, then its kind; what is no device goes by its subject.
    device() {
      const { device, subject } = this.line;
      const [name, kind] = [this.words.pick(device?.name, subject), this.words.pick(device?.kind_title)];
      return { name, id: device?.id ?? "", kind: name.toLowerCase().includes(kind.toLowerCase()) ? "" : kind };
    },
    facts() {
      const { rule, scenario, subject } = this.line;
      const bundle = this.found?.findings.at(-1)?.bundle ?? "";
      return Object.entries({ rule, subject, scenario, bundle: bundle.slice(0, 12) }).filter(([, value]) => value);
    },
  },
  watch: {
    "line.id": { immediate: true, handler: "open" },
    "line.revision": "readDetail",
    reach: "readSeries",
  },
  mounted() {
    this.timer = setInterval(() => this.line.state === "open" && !this.store.state.oldSince && this.readSeries(), REFRESH);
  },
  unmounted() {
    clearInterval(this.timer);
  },
  methods: {
    async open() {
      [this.found, this.series, this.problems, this.reach] = [null, {}, {}, "around"];
      await this.readDetail();
    },
    async readDetail() {
      const id = this.line.id;
      try {
        const found = await this.store.get(`warnings/${encodeURIComponent(id)}`);
        if (id !== this.line.id) return;
        this.found = found;
        await this.readSeries();
      } catch {
        // the banner says that the server is gone; what was read stays
      }
    },
    async readSeries() {
      if (!this.found) return;
      const id = this.line.id;
      this.window = this.span();
      const [from, to] = this.window;
      await Promise.all(
        this.found.inputs.map(async ({ device, metric }) => {
          try {
            const series = await this.store.get("readings", { device, metric, from, to, points: 900 });
            if (id === this.line.id) [this.series[metric], this.problems[metric]] = [series, null];
          } catch (error) {
            if (id === this.line.id && !this.series[metric]) this.problems[metric] = error;
          }
        }),
      );
    },
    span() {
      const now = Math.round(this.store.state.now);
      if (this.reach === "day") return [now - DAY, now];
      if (this.reach === "week") return [now - 7 * DAY, now];
      const interval = Math.max(1000, ...this.found.inputs.map((input) => input.interval_ms));
      const end = this.line.state === "ended" ? Math.min(now, this.line.changed_at + AFTER * interval) : now;
      return [Math.round(this.line.onset - BEFORE * interval), Math.max(end, this.line.onset + interval)];
    },
    ranks(names) {
      return names.map((name) => this.words.say(`rank_${name}`)).join(" ");
    },
  },
  template: `
    <section class="detail" :class="'rank-' + rank" :aria-label="words.title(line.title, line.rule)">
      <header>
        <div class="detail-rank">
          <rank-mark :rank="rank" :sight="line.sight"></rank-mark><b>{{ words.rank(line) }}</b>
          <em v-if="line.exercise" class="tag">{{ words.say('exercise') }}</em>
          <em v-if="line.state === 'ended'" class="tag">{{ words.say('ended_' + line.ending) }}</em>
          <em v-if="line.sight === 'blind'" class="tag hatched">{{ words.say('blind_since', { time: words.moment(line.blind_since, now) }) }}</em>
          <em v-if="line.rose" class="tag loud">{{ words.say('rose') }}</em>
          <button type="button" class="plain close" :aria-label="words.say('close')" @click="$emit('close')">✕</button>
        </div>
        <h2>{{ words.title(line.title, line.rule) }} <small class="at">{{ words.said(line, now) }}</small></h2>
        <p class="which"><b>{{ device.name }}</b><code v-if="device.id && device.id !== device.name">{{ device.id }}</code>
          <span v-if="device.kind" class="dim">{{ device.kind }}</span></p>
        <p class="dim"><button type="button" class="link" @click="$emit('go', line.area)">{{ words.pick(line.place) || words.pick(city, words.say('city')) }}</button>
          <span>{{ words.say('began_changed', { began: words.moment(line.onset, now, true), changed: words.age(line.changed_at, now) }) }}</span></p>
        <p v-if="line.unjudged.length" class="dim">{{ words.say('unjudged', { ranks: ranks(line.unjudged) }) }}</p>
        <p v-if="line.holds_back" class="dim">{{ words.say('held_back') }}</p>
        <div class="order" :class="{ done: accepted }">
          <span v-if="accepted">✓ {{ words.say('accepted_at', { name: line.order.accepted_by, time: words.moment(line.order.accepted_at, now) }) }}</span>
          <template v-else><span>{{ line.order?.unit ? words.say('waits_for', { unit: words.pick(line.order.unit_name, line.order.unit) }) : words.say('waits') }}</span>
            <button type="button" class="accept large" @click="$emit('accept', line.id)">{{ words.say(line.rose ? 'seen' : 'accept') }}</button></template>
        </div>
      </header>
      <div v-if="words.pick(found?.instruction)" class="instruction">
        <h4>{{ words.say('what_to_do') }}</h4><p>{{ words.pick(found.instruction) }}</p>
      </div>
      <template v-if="found?.inputs.length">
        <div class="bar"><h4>{{ words.say('behind') }}</h4>
          <div class="choice" role="group"><button v-for="one in ['around', 'day', 'week']" :key="one" type="button" :class="{ chosen: reach === one }" @click="reach = one">{{ words.say(one) }}</button></div></div>
        <chart v-for="input in found.inputs" :key="input.metric" :words="words" :input="input" :series="series[input.metric]" :problem="problems[input.metric]"
               :episodes="found.episodes" :onset="line.onset" :from="window[0]" :to="window[1]" :now="now"></chart>
      </template>
      <why v-if="deciding" :words="words" :finding="deciding"></why>
      <history v-if="found" :words="words" :findings="found.findings" :acts="found.acts" :missing="found.missing" :now="now"></history>
      <dl class="facts"><template v-for="[key, value] in facts" :key="key"><dt>{{ words.say(key) }}</dt><dd>{{ value }}</dd></template></dl>
    </section>`,
};
