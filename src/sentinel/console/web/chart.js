// One input of a warning: its readings, the values at which ranks begin, and what was concluded when.

const PAD = { left: 46, right: 14, top: 10, bottom: 34 };
const HEIGHT = 190;
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
    // The thresholds near the readings belong to the picture; one far off would flatten the line.
    span() {
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
      const broken = (this.input.interval_ms || 60000) * GAP + (this.to - this.from) / 300;
      for (const { time, value } of this.good) {
        const pen = before === null || time - before > broken ? "M" : "L";
        path += `${pen}${this.x(time).toFixed(1)} ${this.y(value).toFixed(1)}`;
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
      return ticks(...this.span, 4);
    },
    hours() {
      return moments(this.from, this.to, Math.max(2, Math.floor(this.width / 110)), this.words.offset(this.to));
    },
    late() {
      return this.x(this.onset) > this.inner.right - 60;
    },
    bands() {
      return this.episodes
        .map((one) => ({ ...one, x: this.x(Math.max(one.start, this.from)), until: this.x(Math.min(one.end ?? this.now, this.to)) }))
        .filter((one) => one.until > one.x);
    },
    nearest() {
      if (this.at === null || !this.points.length) return null;
      const time = this.from + ((this.at - this.inner.left) / (this.inner.right - this.inner.left)) * (this.to - this.from);
      return this.points.reduce((best, point) => (Math.abs(point.time - time) < Math.abs(best.time - time) ? point : best));
    },
    labelled() {
      let above = Infinity;
      return [...this.thresholds].sort((a, b) => a.value - b.value).map((one) => {
        const y = this.y(one.value);
        const shown = above - y > 12;
        if (shown) above = y;
        return { ...one, y, shown };
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
      return this.inner.left + ((time - this.from) / (this.to - this.from || 1)) * (this.inner.right - this.inner.left);
    },
    y(value) {
      const [low, high] = this.span;
      return this.inner.bottom - ((value - low) / (high - low || 1)) * (this.inner.bottom - this.inner.top);
    },
    inside(value) {
      return value >= this.span[0] && value <= this.span[1];
    },
    hover(event) {
      this.at = event.clientX - this.$refs.frame.getBoundingClientRect().left;
    },
    told(point) {
      const odd = point.quality === 4 ? ` · ${this.words.say("failed")}` : point.quality === 3 ? ` · ${this.words.say("suspect")}` : "";
      return `${this.words.moment(point.time, this.now, true)}   ${this.words.quantity(point.value, this.input.unit)}${odd}`;
    },
    hour(time) {
      const seconds = this.to - this.from < 10 * 60000;
      return this.to - this.from > 36 * 3600000 ? this.words.day.format(time) : (seconds ? this.words.clock : this.words.short).format(time);
    },
  },
  template: `
    <figure class="chart" ref="frame">
      <figcaption>
        <b>{{ words.pick(input.title, input.metric) }}</b><span>{{ input.device }}</span>
        <output v-if="nearest" class="told">{{ told(nearest) }}</output>
        <output v-else-if="points.length" class="told">{{ words.quantity(points.at(-1).value, input.unit) }}</output>
      </figcaption>
      <p v-if="problem" class="empty">{{ words.say('no_chart', { reason: words.refusal(problem) }) }}</p>
      <p v-else-if="series && !points.length" class="empty">{{ words.say('no_readings') }}</p>
      <svg v-else :width="width" :height="height" @pointermove="hover" @pointerleave="at = null">
        <g v-for="value in levels" class="grid">
          <line :x1="inner.left" :x2="inner.right" :y1="y(value)" :y2="y(value)"></line>
          <text :x="inner.left - 8" :y="y(value) + 4" class="end">{{ words.number(value) }}</text>
        </g>
        <g v-for="time in hours" class="grid">
          <line :x1="x(time)" :x2="x(time)" :y1="inner.bottom" :y2="inner.bottom + 4"></line>
          <text :x="x(time)" :y="height - 4" class="mid">{{ hour(time) }}</text>
        </g>
        <rect v-for="one in bands" class="wash" :class="'rank-' + one.rank" :x="one.x" :width="one.until - one.x" :y="inner.top" :height="inner.bottom - inner.top"></rect>
        <g v-for="one in labelled" class="threshold" :class="'rank-' + one.rank">
          <line :x1="inner.left" :x2="inner.right" :y1="one.y" :y2="one.y"></line>
          <text v-if="one.shown" :x="inner.left + 5" :y="one.y - 4">{{ words.say('rank_' + one.rank) }} {{ one.above ? '≥' : '≤' }} {{ words.number(one.value) }}</text>
        </g>
        <g v-if="onset > from && onset < to" class="onset">
          <line :x1="x(onset)" :x2="x(onset)" :y1="inner.top" :y2="inner.bottom"></line>
          <text :x="x(onset) + (late ? -4 : 4)" :y="inner.bottom - 5" :class="{ end: late }">{{ words.say('onset') }}</text>
        </g>
        <path class="reading" :d="line"></path>
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

function ticks(low, high, count) {
  const rough = (high - low) / count;
  const size = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((n) => n * size).find((n) => n >= rough);
  const found = [];
  for (let value = Math.ceil(low / step) * step; value <= high + step * 1e-6; value += step) found.push(Number(value.toPrecision(12)));
  return found;
}

const STEPS = [5e3, 1e4, 3e4, 6e4, 12e4, 3e5, 6e5, 9e5, 18e5, 36e5, 72e5, 216e5, 432e5, 864e5, 1728e5];

// Days begin at the city's midnight: `offset` is its clock less UTC.
function moments(from, to, count, offset) {
  const step = STEPS.find((one) => (to - from) / one <= count) ?? 6048e5;
  const found = [];
  for (let time = Math.ceil((from + offset) / step) * step - offset; time <= to; time += step) found.push(time);
  return found;
}
