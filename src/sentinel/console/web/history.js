// What happened since a warning began: what the detector concluded, and what people did; newest first.

import rankMark from "sentinel-console/mark.js";

const SHOWN = new Set(["dispatch", "accept", "seen"]); // of the trail: what this page has words for

export default {
  components: { rankMark },
  props: { words: Object, findings: Array, acts: Array, missing: Array, now: Number },
  computed: {
    happened() {
      const findings = this.findings.map((one) => ({ at: one.received_at, order: one.number, finding: one }));
      const acts = this.acts.filter((one) => SHOWN.has(one.act)).map((one, n) => ({ at: one.at, order: 1e6 + n, act: one }));
      return [...findings, ...acts].sort((a, b) => b.at - a.at || b.order - a.order);
    },
  },
  methods: {
    finding(one) {
      if (one.change === "ended") return this.words.say(`ended_${one.ending}`);
      if (one.change === "sight") return one.sight === "blind" ? this.words.say("blind") : this.words.say("seen_again");
      return `${this.words.say(`change_${one.change}`)} · ${this.words.rank(one)}`;
    },
    // The value that decided; where no comparison is known to hold, the first that the rule looked at.
    reading(one) {
      const decided = one.reasons[0] ?? one.evidence.find(({ value }) => value != null);
      return decided && one.sight === "seen" ? this.words.value(decided) : "";
    },
    act(one) {
      if (one.act === "dispatch") return this.words.say(one.detail.unit ? "act_dispatch" : "act_dispatch_none", { unit: one.detail.unit });
      return this.words.say(`act_${one.act}`, { name: one.by, how: this.words.say(`how_${one.how}`) });
    },
  },
  template: `
    <h4>{{ words.say('history') }}</h4>
    <p v-if="missing.length" class="dim">{{ words.say('missing_findings', { numbers: missing.join(', ') }) }}</p>
    <ol class="history">
      <li v-for="(one, n) in happened" :key="n" :class="one.finding ? 'rank-' + one.finding.rank : 'act'">
        <time>{{ words.moment(one.at, now, true) }}</time>
        <rank-mark v-if="one.finding" :rank="one.finding.rank" :sight="one.finding.sight"></rank-mark><i v-else class="act-mark">✓</i>
        <span>{{ one.finding ? finding(one.finding) : act(one.act) }}
          <b v-if="one.finding && reading(one.finding)">{{ reading(one.finding) }}</b>
          <small v-if="one.finding?.delayed">{{ words.say('change_delayed') }}</small></span>
      </li>
    </ol>`,
};
