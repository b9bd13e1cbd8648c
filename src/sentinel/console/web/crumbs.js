// The way from the city down to what is shown; each step leads back up.

import rankMark from "sentinel-console/mark.js";

export default {
  components: { rankMark },
  props: { words: Object, areas: Object },
  emits: ["go"],
  template: `
    <nav class="bar crumbs">
      <template v-for="(at, n) in areas.path" :key="at.code"><i v-if="n">›</i>
        <button type="button" class="crumb" :class="['rank-' + at.standing.worst, { chosen: n === areas.path.length - 1 }]" @click="$emit('go', n ? at.code : '')">
          <rank-mark v-if="at.standing.open" :rank="at.standing.worst" :sight="at.standing.worst === 'none' ? 'blind' : 'seen'"></rank-mark>{{ words.pick(at.name) || words.say('city') }}</button></template>
    </nav>`,
};
