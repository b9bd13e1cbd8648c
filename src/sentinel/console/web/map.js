// The city from above, drawn from its own registry: worst rank by colour and shape, blind by hatching.

import rankMark from "sentinel-console/mark.js";

const WIDTH = 1000; // of the drawing's own space
const MARGIN = 24;

export default {
  components: { rankMark },
  props: { words: Object, drawing: Object, areas: Object, chosen: String },
  emits: ["go"],
  data: () => ({ ratio: 0.8, pixels: 800 }),
  computed: {
    height() {
      return WIDTH * this.ratio;
    },
    scale() {
      return WIDTH / this.pixels; // units of the drawing in one pixel
    },
    standings() {
      const found = {};
      for (const area of [...(this.areas?.below ?? []), ...(this.areas?.path ?? [])]) found[area.code] = area;
      return found;
    },
    outlines() {
      const features = this.drawing?.features ?? [];
      const place = projection(features, WIDTH, this.height);
      return features.map(({ properties, geometry }) => {
        const rings = ringsOf(geometry).map((ring) => ring.map(place));
        const [x, y, room] = middle(rings);
        const path = rings.map((ring) => `M${ring.map(([a, b]) => `${a.toFixed(1)} ${b.toFixed(1)}`).join("L")}Z`).join("");
        return { properties, path, x, y, room };
      });
    },
    // What can be entered from here, each with the parts it is made of, so that one bad street does
    // not paint a whole district.
    shapes() {
      const all = this.outlines.map((one) => ({ ...one, area: this.standings[one.properties.code] ?? one.properties }));
      const here = all.filter(({ area }) => area.parent === this.areas?.area.code);
      return (here.length ? here : all).map((one) => {
        const parts = all.filter(({ area }) => area.parent === one.area.code);
        return { ...one, standing: one.area.standing, parts: parts.length ? parts : [one] };
      });
    },
    undrawn() {
      const drawn = new Set(this.shapes.map((shape) => shape.area.code));
      const here = this.areas?.area.code;
      return (this.areas?.below ?? []).filter((area) => area.parent === here && !drawn.has(area.code));
    },
  },
  mounted() {
    this.watcher = new ResizeObserver(([{ contentRect: box }]) => {
      if (box.width > 0) [this.ratio, this.pixels] = [box.height / box.width, box.width];
    });
    this.watcher.observe(this.$refs.frame);
  },
  unmounted() {
    this.watcher.disconnect();
  },
  methods: {
    name(area) {
      return this.words.pick(area.name, area.code);
    },
    // Nothing in the way of a click: a name only where there is room for it.
    fits(shape) {
      return shape.room / this.scale > 11 * Math.min(9, this.name(shape.area).length) * (this.words.language === "zh" ? 1.5 : 0.8);
    },
    told(area) {
      const { worst, sight, open } = area.standing;
      const rank = worst === "none" ? this.words.say(sight === "blind" ? "blind" : "calm") : this.words.say(`rank_${worst}`);
      return `${this.name(area)}: ${rank}${open ? `, ${this.words.say("warnings_count", { count: open })}` : ""}`;
    },
    // The one that holds the warning that is open.
    holds(code) {
      return this.chosen === code || this.chosen?.startsWith(`${code}/`);
    },
    // Half the width of the chip, in pixels.
    half(shape) {
      return 22 + 4 * String(shape.standing.open).length;
    },
    marks(shape) {
      return shape.standing.open > 0;
    },
  },
  template: `
    <div class="map" ref="frame">
      <svg v-if="shapes.length" :viewBox="'0 0 ' + 1000 + ' ' + height" class="map-drawing" role="group" :aria-label="words.say('map')">
        <defs>
          <pattern id="hatch" width="8" height="8" patternUnits="userSpaceOnUse" :patternTransform="'rotate(45) scale(' + scale + ')'">
            <rect width="2.6" height="8" class="hatch"></rect>
          </pattern>
          <pattern id="hatch-calm" width="8" height="8" patternUnits="userSpaceOnUse" :patternTransform="'rotate(45) scale(' + scale + ')'">
            <rect width="2.6" height="8" class="hatch-calm"></rect>
          </pattern>
        </defs>
        <g v-for="shape in shapes" :key="shape.area.code" class="area" tabindex="0" role="button" :data-code="shape.area.code"
           :class="'rank-' + shape.standing.worst"
           :aria-label="told(shape.area)" @click="$emit('go', shape.area.code)" @keydown.enter.stop="$emit('go', shape.area.code)">
          <title>{{ told(shape.area) }}</title>
          <path class="area-tint" :d="shape.path"></path>
          <g v-for="part in shape.parts" :key="part.area.code" :class="['rank-' + part.area.standing.worst, { waiting: part.area.standing.waiting_red }]">
            <path class="area-fill" :d="part.path"></path>
            <path v-if="part.area.standing.blind" class="area-blind" :class="{ calm: part.area.standing.worst === 'none' }" :d="part.path"></path>
          </g>
          <path class="area-edge" :d="shape.path"></path>
        </g>
        <path v-for="shape in shapes.filter((one) => holds(one.area.code))" :key="'w' + shape.area.code" class="area-chosen" :d="shape.path"></path>
        <g v-for="shape in shapes" :key="'l' + shape.area.code" class="area-label" :class="'rank-' + shape.standing.worst"
           :transform="'translate(' + shape.x + ' ' + shape.y + ') scale(' + scale + ')'">
          <text v-if="fits(shape)" class="area-name" :y="marks(shape) ? -7 : 5">{{ name(shape.area) }}</text>
          <g v-if="marks(shape)" :transform="'translate(0 ' + (fits(shape) ? 11 : 0) + ')'">
            <rect class="area-chip" :x="-half(shape)" y="-11" :width="2 * half(shape)" height="22" rx="11"></rect>
            <svg :x="8 - half(shape)" y="-7" width="14" height="14" viewBox="0 0 20 20">
              <rank-mark :rank="shape.standing.worst" :sight="shape.standing.worst === 'none' ? 'blind' : 'seen'"></rank-mark>
            </svg>
            <text class="area-count" :x="half(shape) - 9" y="4.5">{{ shape.standing.open }}</text>
          </g>
        </g>
      </svg>
      <p v-else-if="areas && !undrawn.length" class="empty">{{ words.say('no_map') }}</p>
      <div v-if="undrawn.length" class="undrawn">
        <small>{{ words.say('undrawn') }}</small>
        <button v-for="area in undrawn" :key="area.code" type="button" class="crumb" :class="'rank-' + area.standing.worst" @click="$emit('go', area.code)">
          <rank-mark :rank="area.standing.worst" :sight="area.standing.sight"></rank-mark>{{ name(area) }}<b v-if="area.standing.open">{{ area.standing.open }}</b>
        </button>
      </div>
    </div>`,
};

function ringsOf(geometry) {
  switch (geometry?.type) {
    case "Polygon":
      return geometry.coordinates;
    case "MultiPolygon":
      return geometry.coordinates.flat();
    case "GeometryCollection":
      return geometry.geometries.flatMap(ringsOf);
    case "Point": {
      const [east, north] = geometry.coordinates; // a small square stands for a point
      const r = 0.0006;
      return [[[east - r, north - r], [east + r, north - r], [east + r, north + r], [east - r, north + r]]];
    }
    default:
      return [];
  }
}

// Plate carrée with the middle latitude true: within one city nobody sees the difference.
function projection(features, width, height) {
  const points = features.flatMap((feature) => ringsOf(feature.geometry).flat());
  if (!points.length) return (point) => point;
  let [west, east, south, north] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const [x, y] of points) {
    west = Math.min(west, x);
    east = Math.max(east, x);
    south = Math.min(south, y);
    north = Math.max(north, y);
  }
  const narrow = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const scale = Math.min((width - 2 * MARGIN) / ((east - west) * narrow || 1), (height - 2 * MARGIN) / (north - south || 1));
  const left = (width - (east - west) * narrow * scale) / 2;
  const top = (height - (north - south) * scale) / 2;
  return ([x, y]) => [left + (x - west) * narrow * scale, top + (north - y) * scale];
}

// The centre of gravity of the largest ring, and how wide the ring is there.
function middle(rings) {
  let best = [0, 0, 0];
  let largest = -1;
  for (const ring of rings) {
    let [twice, x, y] = [0, 0, 0];
    for (let n = 0; n < ring.length; n++) {
      const [a, b] = [ring[n], ring[(n + 1) % ring.length]];
      const cross = a[0] * b[1] - b[0] * a[1];
      twice += cross;
      x += (a[0] + b[0]) * cross;
      y += (a[1] + b[1]) * cross;
    }
    if (Math.abs(twice) > largest) {
      largest = Math.abs(twice);
      best = twice ? [x / (3 * twice), y / (3 * twice), 0] : [...ring[0], 0];
      const across = crossings(ring, best[1]);
      best[2] = across.length > 1 ? across.at(-1) - across[0] : 0;
    }
  }
  return best;
}

function crossings(ring, y) {
  const found = [];
  for (let n = 0; n < ring.length; n++) {
    const [a, b] = [ring[n], ring[(n + 1) % ring.length]];
    if (a[1] > y !== b[1] > y) found.push(a[0] + ((y - a[1]) / (b[1] - a[1])) * (b[0] - a[0]));
  }
  return found.sort((p, q) => p - q);
}
