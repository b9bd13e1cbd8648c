// Devices on the map, each where it stands; those with an open warning by the worst of theirs.

import { ORDER } from "sentinel-console/words.js";

const SHAPES = { red: "M-3-7h6l4 4v6l-4 4h-6l-4-4v-6z", orange: "M0-8 8 0 0 8-8 0z", yellow: "M0-8 8 6h-16z", blue: "M0-7a7 7 0 1 0 0 14 7 7 0 0 0 0-14z", none: "M0-6a6 6 0 1 0 0 12 6 6 0 0 0 0-12z" };

export default {
  props: { words: Object, devices: Array, lines: Array, opened: String, project: Function },
  emits: ["open"],
  data: () => ({ SHAPES }),
  computed: {
    worst() {
      const found = new Map();
      for (const line of this.lines) {
        const id = line.device?.id;
        if (!id || line.device.lon == null) continue;
        const before = found.get(id);
        if (!before || (before.id !== this.opened && (line.id === this.opened || ORDER[line.rank] > ORDER[before.rank]))) found.set(id, line);
      }
      return found;
    },
    quiet() {
      return this.devices.filter((one) => one.lon != null && !this.worst.has(one.id)).map((one) => ({ id: one.id, at: this.at(one), name: this.words.pick(one.name, one.id) }));
    },
    // The worst is drawn last, the warning that is open over all.
    loud() {
      const high = (line) => (line.id === this.opened ? 9 : ORDER[line.rank]);
      return [...this.worst.values()].sort((a, b) => high(a) - high(b)).map((line) => ({ line, at: this.at(line.device), name: this.words.pick(line.device.name, line.device.id) }));
    },
  },
  methods: {
    at({ lon, lat }) {
      const [x, y] = this.project([lon, lat]);
      return `translate(${x.toFixed(1)} ${y.toFixed(1)})`;
    },
  },
  template: `
    <g class="points">
      <circle v-for="one in quiet" :key="one.id" class="point-quiet" r="3.5" :transform="one.at"><title>{{ one.name }}</title></circle>
      <g v-for="{ line, at, name } in loud" :key="line.id" class="point" :class="['rank-' + line.rank, { opened: line.id === opened, blind: line.sight === 'blind' }]" :transform="at"
         role="button" :aria-label="name + ': ' + words.title(line.title, line.rule)" @click.stop="$emit('open', line.id)">
        <title>{{ name }} · {{ words.title(line.title, line.rule) }}</title>
        <circle v-if="line.id === opened" class="point-ring" r="15"></circle>
        <path :d="SHAPES[line.rank]"></path>
      </g>
    </g>`,
};
