// The live list: reds on top, then the newest change. Only the rows in sight are drawn, however many.

import row from "sentinel-console/row.js";

const STEP = 6; // rows are drawn by so many at a time, and as many beyond either edge

export default {
  components: { row },
  props: { words: Object, lines: Array, chosen: String, now: Number, tab: String, city: Object, dark: Boolean, unshown: Number, rowHeight: Number },
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
    reveal() {
      const at = this.lines.findIndex((line) => line.id === this.chosen);
      const scroll = this.$refs.scroll;
      if (at < 0) return;
      const [top, bottom] = [at * this.rowHeight, (at + 1) * this.rowHeight];
      if (top < scroll.scrollTop) scroll.scrollTop = top;
      else if (bottom > scroll.scrollTop + scroll.clientHeight) scroll.scrollTop = bottom - scroll.clientHeight;
    },
  },
  template: `
    <div class="list" ref="scroll" role="listbox" :aria-label="words.say('list')" @scroll="top = $refs.scroll.scrollTop">
      <slot v-if="!lines.length"></slot>
      <div class="rows" :style="{ height: lines.length * rowHeight + 'px' }">
        <row v-for="(line, n) in shown" :key="line.id" :words="words" :line="line" :now="now" :city="city" :dark="dark" :chosen="line.id === chosen"
             :style="{ height: rowHeight + 'px', transform: 'translateY(' + (first + n) * rowHeight + 'px)' }"
             @click="$emit('choose', line.id)" @accept="$emit('accept', line.id)"></row>
      </div>
      <p v-if="unshown" class="empty">{{ words.say('more', { count: unshown }) }}</p>
    </div>`,
};
