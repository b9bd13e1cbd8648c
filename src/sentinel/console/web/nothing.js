// Why the list is empty, and the way to what it leaves out.

export default {
  props: { words: Object, tab: String, rank: String, ready: Boolean, hidden: Number, elsewhere: Number },
  emits: ["clear", "city"],
  computed: {
    rankWord() {
      return this.words.say(this.rank === "blind" ? "blind" : `rank_${this.rank}`).toLowerCase();
    },
  },
  template: `
    <p v-if="!ready" class="empty">{{ words.say('loading') }}</p>
    <p v-else-if="rank && hidden" class="empty">{{ words.say('none_of_rank', { rank: rankWord, count: hidden }) }}
      <button type="button" class="link" @click="$emit('clear')">{{ words.say('show_all') }}</button></p>
    <p v-else class="empty">{{ words.say('empty_' + tab) }}
      <button v-if="elsewhere" type="button" class="link" @click="$emit('city')">{{ words.say('elsewhere', { count: elsewhere }) }}</button></p>`,
};
