// Two deliberate steps: the button, then the word under it; by telephone or radio it is another's.

export default {
  props: { words: Object, line: Object, me: Object, name: String, problem: String, busy: Boolean },
  emits: ["accept", "cancel"],
  data() {
    return { by: this.name, how: "screen" };
  },
  mounted() {
    this.opener = document.activeElement;
    this.$refs.confirm.focus();
  },
  unmounted() {
    this.opener?.focus?.();
  },
  computed: {
    title() {
      return this.words.say(this.line.rose ? "seen_title" : "accept_title");
    },
    isOwn() {
      return this.how === "screen";
    },
    ready() {
      return !this.busy && (this.isOwn || Boolean(this.by.trim()));
    },
  },
  methods: {
    send() {
      if (this.ready) this.$emit("accept", this.by.trim(), this.how);
    },
  },
  template: `
    <div class="veil" @click.self="$emit('cancel')" @keydown.esc.stop="$emit('cancel')">
      <form class="dialog" role="dialog" aria-modal="true" :aria-label="title" @submit.prevent="send">
        <h3>{{ title }}</h3>
        <p class="quote" :class="'rank-' + line.rank">{{ words.title(line.title, line.rule) }}</p>
        <p v-if="!line.rose" class="dim">{{ words.say('accept_note') }}</p>
        <div class="choice" role="group" :aria-label="words.say('how')">
          <button v-for="one in ['screen', 'phone', 'radio']" :key="one" type="button" :class="{ chosen: how === one }" :aria-pressed="how === one" @click="how = one">{{ words.say('how_' + one) }}</button>
        </div>
        <p v-if="isOwn" class="dim">{{ me?.name }}</p>
        <label v-else>{{ words.say('name') }}<input v-model="by" maxlength="80" required autocomplete="off" :placeholder="words.say('name_hint')"></label>
        <p v-if="problem" class="problem" role="alert">{{ problem }}</p>
        <div class="buttons"><button type="button" class="plain word" @click="$emit('cancel')">{{ words.say('cancel') }}</button>
          <button ref="confirm" type="submit" class="accept large" :disabled="!ready">{{ words.say(line.rose ? 'seen' : 'accept') }}</button></div>
      </form>
    </div>`,
};
