// A rank as a shape of its own, so that nobody needs to see its colour.

const SHAPES = {
  red: "M6.6 1h6.8L19 6.6v6.8L13.4 19H6.6L1 13.4V6.6z", // octagon
  orange: "M10 .6 19.4 10 10 19.4.6 10z", // diamond
  yellow: "M10 1.4 19.4 18H.6z", // triangle
  blue: "M10 1.2a8.8 8.8 0 1 0 0 17.6 8.8 8.8 0 0 0 0-17.6z", // disc
  none: "M10 2.2a7.8 7.8 0 1 0 0 15.6 7.8 7.8 0 0 0 0-15.6z", // ring
};

export default {
  props: { rank: String, sight: String },
  computed: {
    shape() {
      return SHAPES[this.rank];
    },
    blind() {
      return this.sight === "blind";
    },
  },
  template: `
    <svg class="mark" :class="['rank-' + rank, { blind }]" viewBox="0 0 20 20" aria-hidden="true">
      <path class="mark-body" :d="shape"></path>
      <path v-if="rank === 'red'" class="mark-sign" d="M10 5v6M10 14v.6"></path>
      <path v-if="blind" class="mark-blind" d="M2.5 17.5l15-15"></path>
    </svg>`,
};
