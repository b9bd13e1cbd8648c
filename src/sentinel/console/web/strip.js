// The top of the page: what is open, how the system is, who and what the page speaks.

import rankMark from "sentinel-console/mark.js";
import { changeUser, signOut } from "sentinel-console/signing.js";

const LATE_SECONDS = 30; // a reader that far behind is a fault worth a line

export default {
  components: { rankMark },
  props: { words: Object, state: Object, ranks: Array, chosenRank: String, sound: Boolean },
  emits: ["rank", "language", "theme", "sound"],
  computed: {
    standing() {
      return this.state.status?.standing;
    },
    faults() {
      const services = this.state.status?.services ?? [];
      const broken = services.filter((one) => one.state !== "ok");
      const late = services.filter((one) => one.state === "ok" && one.lag_seconds > LATE_SECONDS);
      return [
        ...broken.map((one) => this.fault(one, this.words.pick(one.words, one.state))),
        ...late.map((one) => this.fault(one, this.lag(one.lag_seconds))),
      ];
    },
    worstLag() {
      const lags = (this.state.status?.services ?? []).map((one) => one.lag_seconds).filter((lag) => lag != null);
      return lags.length ? Math.max(...lags) : null;
    },
  },
  methods: {
    changeUser,
    signOut,
    fault({ service }, state) {
      return this.words.say("fault", { service: this.words.say(`service_${service}`, {}, service), state });
    },
    lag(seconds) {
      return this.words.say("lag", { time: this.words.span(seconds * 1000) });
    },
  },
  template: `
    <header class="strip">
      <div class="brand">
        <b>{{ words.pick(state.status?.city, 'sentinel') }}</b><span>{{ words.say('product') }}</span>
      </div>
      <nav class="counts" role="group">
        <button v-for="rank in ranks" :key="rank" class="count" type="button"
                :class="['rank-' + rank, { chosen: chosenRank === rank, zero: !standing?.ranks[rank] }]"
                :aria-pressed="chosenRank === rank" @click="$emit('rank', rank)">
          <rank-mark :rank="rank" sight="seen"></rank-mark>
          <b>{{ standing?.ranks[rank] ?? '–' }}</b><span>{{ words.say('rank_' + rank) }}</span>
        </button>
        <button class="count rank-none" type="button" :class="{ chosen: chosenRank === 'blind', zero: !standing?.blind }"
                :aria-pressed="chosenRank === 'blind'" @click="$emit('rank', 'blind')">
          <rank-mark rank="none" sight="blind"></rank-mark>
          <b>{{ standing?.blind ?? '–' }}</b><span>{{ words.say('blind') }}</span>
        </button>
      </nav>
      <div class="health" :class="{ faulty: faults.length && !state.oldSince }" role="status">
        <template v-if="state.oldSince"></template>
        <template v-else-if="faults.length"><i class="dot"></i><span :title="faults[0]">{{ faults[0] }}</span>
          <small v-if="faults.length > 1" :title="faults.join('\\n')">+{{ faults.length - 1 }}</small></template>
        <template v-else-if="state.status"><i class="dot"></i><span>{{ words.say('ok') }}</span>
          <small v-if="worstLag >= 1">{{ lag(worstLag) }}</small></template>
      </div>
      <time class="clock">
        <small>{{ words.weekday.format(state.now) }}</small><b>{{ words.clock.format(state.now) }}</b>
      </time>
      <div v-if="state.me" class="person">
        <button type="button" class="plain word" :title="words.say('change_user')" @click="changeUser">{{ state.me.name }}</button>
        <button type="button" class="plain word" @click="signOut">{{ words.say('sign_out') }}</button>
      </div>
      <div class="controls">
        <button type="button" class="plain" :class="{ chosen: sound }" :title="words.say('sound')" :aria-label="words.say('sound')"
                :aria-pressed="sound" @click="$emit('sound')">
          <svg viewBox="0 0 20 20" class="icon"><path d="M3 8v4h3l4 3.5v-11L6 8z"></path>
            <path v-if="sound" d="M13 7.5a3.5 3.5 0 0 1 0 5M15 5a7 7 0 0 1 0 10"></path><path v-else d="M13 8l4 4m0-4l-4 4"></path></svg>
        </button>
        <button type="button" class="plain" :title="words.say('theme')" :aria-label="words.say('theme')" @click="$emit('theme')">
          <svg viewBox="0 0 20 20" class="icon"><circle cx="10" cy="10" r="6.5"></circle><path d="M10 3.5a6.5 6.5 0 0 1 0 13z" class="full"></path></svg>
        </button>
        <button type="button" class="plain word" :title="words.say('language_hint')" @click="$emit('language')">{{ words.say('language') }}</button>
      </div>
    </header>`,
};
