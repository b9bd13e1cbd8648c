// What the colours and shapes of the map mean, and the keys.

import rankMark from "sentinel-console/mark.js";

export default {
  components: { rankMark },
  props: { words: Object, ranks: Array },
  template: `
    <footer class="legend">
      <span v-for="one in ranks" :key="one" :class="'rank-' + one"><rank-mark :rank="one" sight="seen"></rank-mark>{{ words.say('rank_' + one) }}</span>
      <span><i class="swatch-blind"></i>{{ words.say('legend_blind') }}</span><kbd>{{ words.say('keys') }}</kbd>
    </footer>`,
};
