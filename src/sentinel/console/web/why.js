// Why a warning has its rank: the comparison that holds, then all that the rule looked at.

const OPS = { ">=": "ge", ">": "gt", "<=": "le", "<": "lt", "==": "eq", "!=": "ne" };

export default {
  props: { words: Object, finding: Object },
  computed: {
    sentence() {
      if (!this.finding.reasons.length) return "";
      const parts = this.finding.reasons.map((one) => this.part(one));
      return `${parts.join(this.words.say("why_and"))}${this.words.say("why_rank", { rank: this.words.say(`rank_${this.finding.rank}`).toLowerCase() })}`;
    },
  },
  methods: {
    part(one) {
      const what = this.words.pick(one.words);
      const bare = !one.unit && !one.state && one.op === "!=" && one.limit === 0;
      if (bare) return what; // a truth of its own: "water level missing"
      const limit = one.limit_state || this.words.quantity(one.limit, one.unit);
      return this.words.say(`why_${OPS[one.op]}`, { what, value: this.words.value(one), limit });
    },
  },
  template: `
    <h4>{{ words.say('why') }}</h4>
    <p v-if="sentence" class="reason" :class="'rank-' + finding.rank">{{ words.bound(sentence) }}</p>
    <dl class="evidence">
      <template v-for="(one, n) in finding.evidence" :key="n">
        <dt :title="one.text">{{ words.pick(one.words, one.text) }}</dt>
        <dd :class="{ unknown: one.value == null }">{{ words.value(one) }}<small v-if="one.note">{{ words.pick(one.note_words, one.note) }}</small></dd>
      </template>
    </dl>`,
};
