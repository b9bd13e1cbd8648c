// The name of an area on the map with its worst rank and how many warnings are open there.

import rankMark from "sentinel-console/mark.js";

export default {
  components: { rankMark },
  props: { name: String, standing: Object, small: Boolean },
  computed: {
    marked() {
      return this.standing.open > 0 || this.standing.sight === "blind";
    },
    half() {
      return this.small ? 10 : 22 + 4 * String(this.standing.open).length;
    },
    size() {
      return this.small ? 12 : 14;
    },
    sight() {
      return this.standing.worst === "none" ? this.standing.sight : "seen";
    },
  },
  template: `
    <text v-if="name" class="area-name" :class="{ small }" :y="marked ? (small ? -6 : -8) : 5">{{ name }}</text>
    <g v-if="marked" :transform="'translate(0 ' + (name ? (small ? 9 : 11) : 0) + ')'">
      <rect class="area-chip" :x="-half" :y="small ? -9 : -11" :width="2 * half" :height="small ? 18 : 22" rx="11"></rect>
      <svg :x="small ? -size / 2 : 8 - half" :y="-size / 2" :width="size" :height="size" viewBox="0 0 20 20"><rank-mark :rank="standing.worst" :sight="sight"></rank-mark></svg>
      <text v-if="!small" class="area-count" :x="half - 9" y="4.5">{{ standing.open }}</text>
    </g>`,
};
