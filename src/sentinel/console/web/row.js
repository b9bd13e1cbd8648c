// One warning in the list: how bad, what and when that was so, which device, where, and who has it.

import rankMark from "sentinel-console/mark.js";
import { shownRank } from "sentinel-console/words.js";

export default {
  components: { rankMark },
  props: { words: Object, line: Object, now: Number, city: Object, dark: Boolean, chosen: Boolean },
  emits: ["accept"],
  computed: {
    rank() {
      return shownRank(this.line);
    },
    ended() {
      return this.line.state === "ended";
    },
    accepted() {
      return Boolean(this.line.order) && !this.line.order.waits;
    },
    // What the list is sorted by, and when it began.
    times() {
      const [changed, began] = [this.line.changed_at, this.line.onset].map((time) => this.words.moment(time, this.now, true));
      return this.words.say(this.ended ? "ended_at" : "changed_at", { time: changed, began });
    },
    title() {
      return this.words.title(this.line.title, this.line.rule);
    },
    // Its name, unless the title has said that already.
    device() {
      const { device, subject } = this.line;
      const name = this.words.pick(device?.name, device?.id ?? subject);
      return this.words.pick(this.line.title).includes(name) ? (device?.id ?? "") : name;
    },
  },
  template: `
    <article class="row" role="option" :data-id="line.id" :aria-selected="chosen"
             :class="['rank-' + rank, { chosen, accepted, ended, blind: line.sight === 'blind' || (dark && !ended) }]">
      <div class="row-rank"><rank-mark :rank="rank" :sight="line.sight"></rank-mark><span>{{ words.rank(line) }}</span></div>
      <div class="row-text">
        <h3 :title="title">{{ title }}</h3>
        <p>
          <em v-if="line.exercise" class="tag">{{ words.say('exercise') }}</em>
          <em v-if="line.rose" class="tag loud">{{ words.say('rose') }}</em>
          <em v-if="line.sight === 'blind'" class="tag hatched">{{ words.say('blind_since', { time: words.moment(line.blind_since, now) }) }}</em>
          <em v-if="ended" class="tag">{{ words.say('ended_' + line.ending) }}</em>
          <b v-if="device" class="device">{{ device }}</b>
          <span v-if="!device || line.sight === 'seen'" class="place">{{ words.pick(line.place) || words.pick(city) }}</span>
        </p>
      </div>
      <div class="row-end">
        <span class="at">{{ words.said(line, now) }}</span>
        <time :title="times">{{ words.age(line.changed_at, now) }}</time>
        <span v-if="accepted" class="by">✓ {{ line.order.accepted_by }}</span>
        <button v-else type="button" class="accept" @click.stop="$emit('accept')">{{ words.say(line.rose ? 'seen' : 'accept') }}</button>
      </div>
    </article>`,
};
