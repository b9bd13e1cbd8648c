// One input of a warning: its readings, the values at which ranks begin, and what was concluded when.

import { moments, ticks } from "sentinel-console/axes.js";

const PAD = { left: 46, right: 14, top: 22, bottom: 34 };
const HEIGHT = 200;
const LINE = 14; // pixels between labels of marks
const LABEL = 110; // and as wide as most of them
const BAND = 7; // pixels of the line of episodes
const GAP = 4; // reporting intervals without a reading before the line is broken

export default {
  props: { words: Object, input: Object, series: Object, episodes: Array, onset: Number, from: Number, to: Number, now: Number, problem: Error },
  data: () => ({ width: 420, at: null }),
  computed: {
    height: () => HEIGHT,
    inner() {
      return { left: PAD.left, right: this.width - PAD.right, top: PAD.top, bottom: HEIGHT - PAD.bottom };
    },
    points() {
      const found = [];
      const { time = [], value = [], quality = [] } = this.series ?? {};
      for (let n = 0; n < time.length; n++) if (value[n] != null) found.push({ time: time[n], value: value[n], quality: quality[n] });
      return found;
    },
    good() {
      return this.points.filter((point) => point.quality !== 4);
    },
    states() {
      return Object.entries(this.input.states).sort(([, a], [, b]) => a - b);
    },
    // Where the history is young the picture begins with it; but always before the onset.
    begin() {
      const first = this.points[0]?.time ?? this.from;
      const lead = (this.to - first) / 40;
      return Math.max(this.from, Math.min(first, this.onset > this.from ? this.onset - lead : first));
    },
    // The thresholds near the readings belong to the picture; one far off would flatten the line.
    span() {
      if (this.states.length) return [this.states[0][1] - 0.4, this.states.at(-1)[1] + 0.4];
      let low = Infinity;
      let high = -Infinity;
      for (const { value } of this.good) [low, high] = [Math.min(low, value), Math.max(high, value)];
      if (low > high) return [0, 1];
      const reach = Math.max(high - low, Math.abs(high) * 0.05, 1e-9);
      for (const { value } of this.input.thresholds) {
        if (value > low - reach && value < high + reach) [low, high] = [Math.min(low, value), Math.max(high, value)];
      }
      const room = (high - low || Math.abs(high) || 1) * 0.1;
      return [low - room, high + room];
    },
    line() {
      let path = "";
      let before = null;
      const broken = (this.input.interval_ms || 60000) * GAP + (this.to - this.begin) / 300;
      for (const { time, value } of this.good) {
        const pen = before === null || time - before > broken ? "M" : "L";
        const step = this.states.length && pen === "L" ? `H${this.x(time).toFixed(1)}` : ""; // a state does not slope
        path += `${step}${pen}${this.x(time).toFixed(1)} ${this.y(value).toFixed(1)}`;
        before = time;
      }
      return path;
    },
    odd() {
      return this.points.filter((point) => point.quality >= 3 && this.inside(point.value));
    },
    thresholds() {
      const [low, high] = this.span;
      return this.input.thresholds.filter(({ value }) => value >= low && value <= high);
    },
    levels() {
      if (this.states.length) return this.states.map(([name, value]) => ({ value, name }));
      return ticks(...this.span, 4).map((value) => ({ value, name: this.words.number(value) }));
    },
    hours() {
      return moments(this.begin, this.to, Math.max(2, Math.floor(this.width / 110)), this.words.offset(this.to));
    },
    late() {
      return this.x(this.onset) > this.inner.right - 60;
    },
    bands() {
      return this.episodes
        .map((one) => ({ ...one, x: this.x(Math.max(one.start, this.begin)), until: this.x(Math.min(one.end ?? this.now, this.to)) }))
        .filter((one) => one.until > one.x);
    },
    nearest() {
      if (this.at === null || !this.points.length) return null;
      const time = this.begin + ((this.at - this.inner.left) / (this.inner.right - this.inner.left)) * (this.to - this.begin);
      return this.points.reduce((best, point) => (Math.abs(point.time - time) < Math.abs(best.time - time) ? point : best));
    },
    // From the bottom up, each label above the one before it; a line that it had to leave leads to it.
    labelled() {
      let below = this.inner.bottom + LINE / 2;
      return [...this.thresholds].sort((a, b) => a.value - b.value).map((one) => {
        const y = this.y(one.value);
        const label = (below = Math.min(y - 4, below - LINE));
        return { ...one, y, label, text: this.mark(one), right: this.crowd(label, 0) > this.crowd(label, 1) };
      });
    },
  },
  mounted() {
    this.watcher = new ResizeObserver(([{ contentRect: box }]) => (this.width = Math.max(240, box.width)));
    this.watcher.observe(this.$refs.frame);
  },
  unmounted() {
    this.watcher.disconnect();
  },
  methods: {
    x(time) {
      return this.inner.left + ((time - this.begin) / (this.to - this.begin || 1)) * (this.inner.right - this.inner.left);
    },
    y(value) {
      const [low, high] = this.span;
      return this.inner.bottom - ((value - low) / (high - low || 1)) * (this.inner.bottom - this.inner.top);
    },
    // What tells it from another mark of its rank is said only where there is another.
    mark(one) {
      const alone = this.input.thresholds.filter(({ rank }) => rank === one.rank).length < 2;
      const sign = one.above ? (one.strict ? ">" : "≥") : one.strict ? "<" : "≤";
      return `${this.words.say(`rank_${one.rank}`)} ${sign} ${this.words.number(one.value)} ${alone ? "" : this.words.pick(one.words)}`.trim();
    },
    // How much of the line runs through a label at the left (0) or the right (1) of the picture.
    crowd(label, side) {
      const edge = side ? this.inner.right - LABEL : this.inner.left + LABEL;
      return this.good.filter(({ time, value }) => (this.x(time) > edge) === Boolean(side) && Math.abs(this.y(value) - label + 4) < LINE).length;
    },
    inside(value) {
      return value >= this.span[0] && value <= this.span[1];
    },
    hover(event) {
      this.at = event.clientX - this.$refs.frame.getBoundingClientRect().left;
    },
    told(point) {
      const odd = point.quality === 4 ? ` · ${this.words.say("failed")}` : point.quality === 3 ? ` · ${this.words.say("suspect")}` : "";
      return `${this.words.moment(point.time, this.now, true)}   ${this.shown(point)}${odd}`;
    },
    shown({ value }) {
      const state = this.states.find(([, number]) => number === value)?.[0];
      return this.words.value({ value, unit: this.input.unit, state });
    },
    hour(time) {
      const seconds = this.to - this.begin < 10 * 60000;
      return this.to - this.begin > 36 * 3600000 ? this.words.day.format(time) : (seconds ? this.words.clock : this.words.short).format(time);
    },
  },
  template: `
    <figure class="chart" ref="frame">
      <figcaption>
        <b>{{ words.pick(input.title, input.metric) }}</b><span>{{ input.device }}</span>
        <output v-if="nearest" class="told">{{ told(nearest) }}</output>
        <output v-else-if="points.length" class="told">{{ told(points.at(-1)) }}</output>
      </figcaption>
      <p v-if="problem" class="empty">{{ words.say('no_chart', { reason: words.refusal(problem) }) }}</p>
      <p v-else-if="series && !points.length" class="empty">{{ words.say('no_readings') }}</p>
      <svg v-else :width="width" :height="height" @pointermove="hover" @pointerleave="at = null">
        <g v-for="one in levels" class="grid">
          <line :x1="inner.left" :x2="inner.right" :y1="y(one.value)" :y2="y(one.value)"></line>
          <text :x="inner.left - 8" :y="y(one.value) + 4" class="end">{{ one.name }}</text>
        </g>
        <g v-for="time in hours" class="grid">
          <line :x1="x(time)" :x2="x(time)" :y1="inner.bottom" :y2="inner.bottom + 4"></line>
          <text v-if="x(time) < inner.right - 16" :x="x(time)" :y="height - 4" class="mid">{{ hour(time) }}</text>
        </g>
        <rect v-for="one in bands" class="wash" :class="'rank-' + one.rank" :x="one.x" :width="one.until - one.x" :y="inner.top" :height="inner.bottom - inner.top"></rect>
        <g v-for="one in labelled" class="threshold" :class="'rank-' + one.rank">
          <line :x1="inner.left" :x2="inner.right" :y1="one.y" :y2="one.y"></line>
          <line v-if="one.y - one.label > 5" class="lead" :x1="inner.left" :x2="inner.left + 4" :y1="one.y" :y2="one.label - 4"></line>
        </g>
        <g v-if="onset > begin && onset < to" class="onset">
          <line :x1="x(onset)" :x2="x(onset)" :y1="inner.top - 6" :y2="inner.bottom"></line>
          <text :x="x(onset) + (late ? -4 : 4)" :y="inner.top - 10" :class="{ end: late }">{{ words.say('onset') }} {{ hour(onset) }}</text>
        </g>
        <path class="reading" :d="line"></path>
        <text v-for="one in labelled" class="threshold-label" :class="['rank-' + one.rank, { end: one.right }]" :x="one.right ? inner.right - 6 : inner.left + 6" :y="one.label">{{ one.text }}</text>
        <circle v-for="point in odd" :cx="x(point.time)" :cy="y(point.value)" r="2.6" :class="point.quality === 4 ? 'failed' : 'suspect'"></circle>
        <g v-for="one in bands">
          <rect class="band" :class="'rank-' + one.rank" :x="one.x" :width="Math.max(2, one.until - one.x)" :y="inner.bottom + 6" :height="${BAND}"></rect>
          <rect v-if="one.sight === 'blind'" class="band-blind" :x="one.x" :width="Math.max(2, one.until - one.x)" :y="inner.bottom + 6" :height="${BAND}"></rect>
        </g>
        <g v-if="nearest" class="cross">
          <line :x1="x(nearest.time)" :x2="x(nearest.time)" :y1="inner.top" :y2="inner.bottom"></line>
          <circle v-if="inside(nearest.value)" :cx="x(nearest.time)" :cy="y(nearest.value)" r="3.5"></circle>
        </g>
        <defs><pattern id="band-hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="2" height="5" class="hatch"></rect></pattern></defs>
      </svg>
    </figure>`,
};
