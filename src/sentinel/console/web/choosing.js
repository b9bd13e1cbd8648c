// Which warnings of the list are shown, and in what order: said, and undone with one touch.

export default {
  props: { words: Object, tab: String, rank: String, hidden: Number },
  emits: ["clear"],
  computed: {
    name() {
      return this.words.say(this.rank === "blind" ? "blind" : `rank_${this.rank}`);
    },
  },
  template: `
    <p class="choosing" :class="'rank-' + (rank === 'blind' ? 'none' : rank)">
      <button v-if="rank" type="button" class="chip" @click="$emit('clear')">{{ words.say('only', { rank: name }) }}<i aria-hidden="true">✕</i></button>
      <span v-if="rank">{{ words.say('hidden', { count: hidden }) }}</span>
      <span v-else>{{ words.say(tab === 'ended' ? 'order_ended' : 'order') }}</span>
    </p>`,
};
