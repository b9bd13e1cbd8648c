// The foot of a phone: what is reached with the thumb.

export default {
  props: { words: Object, view: String, count: Number, line: Object },
  emits: ["view", "close", "accept"],
  computed: {
    waits() {
      return this.line && (!this.line.order || this.line.order.waits);
    },
  },
  template: `
    <nav class="bottom">
      <button v-if="line" type="button" @click="$emit('close')">‹ {{ words.say('back') }}</button>
      <button v-else type="button" :class="{ chosen: view === 'list' }" @click="$emit('view', 'list')">{{ words.say('list') }}<b>{{ count }}</b></button>
      <button type="button" :class="{ chosen: !line && view === 'map' }" @click="$emit('view', 'map')">{{ words.say('map') }}</button>
      <button v-if="waits" type="button" class="accept large" @click="$emit('accept', line.id)">{{ words.say(line.rose ? 'seen' : 'accept') }}</button>
    </nav>`,
};
