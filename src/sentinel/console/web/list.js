// The live list: reds on top, newest first. Only the rows in sight are drawn, however many there are.

import rankMark from "sentinel-console/mark.js";
import { shownRank } from "sentinel-console/words.js";

const STEP = 6; // rows are drawn by so many at a time, and as many beyond either edge

export default {
  components: { rankMark },
  props: { words: Object, lines: Array, chosen: String, now: Number, tab: String, ready: Boolean, unshown: Number, rowHeight: Number },
  emits: ["choose", "accept"],
  data: () => ({ top: 0, height: 800 }),
  computed: {
    first() {
      return Math.max(0, (Math.floor(this.top / this.rowHeight / STEP) - 1) * STEP);
    },
    last() {
      return (Math.ceil((this.top + this.height) / this.rowHeight / STEP) + 1) * STEP;
    },
    shown() {
      return this.lines.slice(this.first, this.last);
    },
  },
  watch: {
    chosen: "reveal",
    tab() {
      this.$refs.scroll.scrollTop = 0;
    },
  },
  mounted() {
    this.watcher = new ResizeObserver(() => (this.height = this.$refs.scroll.clientHeight));
    this.watcher.observe(this.$refs.scroll);
  },
  unmounted() {
    this.watcher.disconnect();
  },
  methods: {
    shownRank,
    reveal() {
      const at = this.lines.findIndex((line) => line.id === this.chosen);
      const scroll = this.$refs.scroll;
      if (at < 0) return;
      const [top, bottom] = [at * this.rowHeight, (at + 1) * this.rowHeight];
      if (top < scroll.scrollTop) scroll.scrollTop = top;
      else if (bottom > scroll.scrollTop + scroll.clientHeight) scroll.scrollTop = bottom - scroll.clientHeight;
    },
    accepted(line) {
      return line.order?.state === "accepted";
    },
    since(line) {
      return line.state === "ended" ? line.changed_at : line.told_at;
    },
  },
  template: `
    <div class="list" ref="scroll" role="listbox" :aria-label="words.say('list')" @scroll="top = $refs.scroll.scrollTop">
      <p v-if="!lines.length" class="empty">{{ words.say(ready ? 'empty_' + tab : 'loading') }}</p>
      <div class="rows" :style="{ height: lines.length * rowHeight + 'px' }">
        <article v-for="(line, n) in shown" :key="line.id" class="row" role="option" :data-id="line.id"
                 :style="{ height: rowHeight + 'px', transform: 'translateY(' + (first + n) * rowHeight + 'px)' }"
                 :class="['rank-' + shownRank(line), { chosen: line.id === chosen, accepted: accepted(line) && !line.rose, ended: line.state === 'ended', blind: line.sight === 'blind' }]"
                 :aria-selected="line.id === chosen" @click="$emit('choose', line.id)">
          <div class="row-rank">
            <rank-mark :rank="shownRank(line)" :sight="line.sight"></rank-mark><span>{{ words.rank(line) }}</span>
          </div>
          <div class="row-text">
            <h3>{{ words.pick(line.title, line.rule) }}</h3>
            <p>
              <em v-if="line.exercise" class="tag">{{ words.say('exercise') }}</em>
              <em v-if="line.rose" class="tag loud">{{ words.say('rose') }}</em>
              <em v-if="line.sight === 'blind'" class="tag hatched">{{ words.say('blind_since', { time: words.moment(line.blind_since, now) }) }}</em>
              <em v-if="line.state === 'ended'" class="tag">{{ words.say('ended_' + line.ending) }}</em>
              <span class="place">{{ words.pick(line.place) }}</span>
            </p>
          </div>
          <div class="row-end">
            <time :title="words.moment(since(line), now, true)">{{ words.age(since(line), now) }}</time>
            <span v-if="accepted(line) && !line.rose" class="by">✓ {{ line.order.accepted_by }}</span>
            <button v-else type="button" class="accept" @click.stop="$emit('accept', line.id)">{{ words.say(line.rose ? 'seen' : 'accept') }}</button>
          </div>
        </article>
      </div>
      <p v-if="unshown" class="empty">{{ words.say('more', { count: unshown }) }}</p>
    </div>`,
};
