// The city from above, drawn from its own registry: worst rank by colour and shape, blind by hatching.

import { boxOf, pathOf, projection, ringsOf, roomiest } from "sentinel-console/geometry.js";
import areaLabel from "sentinel-console/label.js";
import rankMark from "sentinel-console/mark.js";
import { place, widthOf } from "sentinel-console/placing.js";
import points from "sentinel-console/points.js";
import { ORDER } from "sentinel-console/words.js";

const MARGIN = 22; // pixels around the drawing
const POINT = 8; // and around a device
const RING = 17; // the one that is looked at
const boxAround = ([x, y], room) => ({ left: x - room, right: x + room, top: y - room, bottom: y + room });

export default {
  components: { areaLabel, points, rankMark },
  props: { words: Object, drawing: Object, areas: Object, devices: Array, lines: Array, opened: Object },
  emits: ["go", "open"],
  data: () => ({ width: 800, height: 600 }),
  computed: {
    standings() {
      const found = {};
      for (const area of [...(this.areas?.below ?? []), ...(this.areas?.path ?? [])]) found[area.code] = area;
      return found;
    },
    project() {
      const corners = (this.drawing?.features ?? []).flatMap(({ geometry }) => ringsOf(geometry).flat());
      const beside = this.areas?.area.level === "building" ? this.devices.filter(({ lon }) => lon != null).map(({ lon, lat }) => [lon, lat]) : [];
      return projection([...corners, ...beside], this.width, this.height, MARGIN);
    },
    outlines() {
      return (this.drawing?.features ?? []).map(({ properties, geometry }) => {
        const rings = ringsOf(geometry).map((ring) => ring.map(this.project));
        return { properties, rings, path: pathOf(rings), at: roomiest(rings), box: boxOf(rings) };
      });
    },
    // What can be entered from here, each with the parts it is made of, so that one bad street does
    // not paint a whole district. What is worse than all of the parts is of the whole.
    shapes() {
      const all = this.outlines.map((one) => ({ ...one, area: this.standings[one.properties.code] ?? one.properties }));
      const here = all.filter(({ area }) => area.parent === this.areas?.area.code);
      return (here.length ? here : all).map((one) => {
        const parts = all.filter(({ area }) => area.parent === one.area.code);
        const standing = one.area.standing;
        const worst = Math.max(...parts.map(({ area }) => ORDER[area.standing.worst]), -1);
        const filled = parts.some(({ area }) => area.level !== "building"); // houses leave most of a grid open
        const own = !filled || ORDER[standing.worst] > worst ? standing.worst : "none";
        const blind = standing.sight === "blind" && !(filled && parts.some(({ area }) => area.standing.sight === "blind"));
        return { ...one, standing, parts, own, blind };
      });
    },
    parts() {
      return this.shapes.flatMap((shape) => shape.parts);
    },
    // What can be entered first; then the parts that have something to tell, then the names of the rest.
    labels() {
      const houses = this.parts.filter(({ area }) => area.level === "building");
      const streets = this.parts.filter(({ area }) => area.level !== "building").map((one) => this.label(one, "stay"));
      return [
        ...this.shapes.map((one) => this.label(one, "leave")),
        ...houses.map((one) => ({ ...this.label(one, "leave"), at: [one.at[0], one.box.bottom + 10], root: one.at })),
        ...streets.filter(({ area }) => this.tells(area)),
        ...streets.filter(({ area }) => !this.tells(area)),
      ];
    },
    placed() {
      const houses = this.parts.filter(({ area }) => area.level === "building").map(({ box }) => box);
      const stations = [...this.devices, ...this.lines.map(({ device }) => device)].filter((one) => one?.lon != null).map((one) => boxAround(this.project([one.lon, one.lat]), one.id === this.opened?.device?.id ? RING : POINT));
      const spots = place(this.labels, { width: this.width, height: this.height }, [...houses, ...stations]);
      return this.labels.filter(({ key }) => spots[key]).map((one) => ({ ...one, ...spots[one.key], name: spots[one.key].bare ? "" : one.name }));
    },
    undrawn() {
      const drawn = new Set(this.shapes.map((shape) => shape.area.code));
      const here = this.areas?.area.code;
      return (this.areas?.below ?? []).filter((area) => area.parent === here && !drawn.has(area.code));
    },
  },
  mounted() {
    this.watcher = new ResizeObserver(([{ contentRect: box }]) => {
      if (box.width > 0 && box.height > 0) [this.width, this.height] = [box.width, box.height];
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
    tells({ standing }) {
      return standing.open > 0 || standing.sight === "blind";
    },
    // What can be entered has its count as well; a part only its mark.
    label({ area, rings, at, parts }, may) {
      const [small, name] = [!parts, this.name(area)];
      const size = small ? 11.5 : 14;
      const chip = small ? [20, 18] : [44 + 8 * String(area.standing.open).length, 22];
      const bare = this.tells(area) ? chip : null;
      const whole = [Math.max(bare?.[0] ?? 0, widthOf(name, size)), size + 3 + (bare?.[1] ?? 0)];
      return { key: area.code, area, name, small, rings, at, root: at, may, size: whole, bare };
    },
    told(area) {
      const { worst, sight, open } = area.standing;
      const rank = worst === "none" ? this.words.say(sight === "blind" ? "blind" : "calm") : this.words.say(`rank_${worst}`);
      return `${this.name(area)}: ${rank}${open ? `, ${this.words.say("warnings_count", { count: open })}` : ""}`;
    },
    // The one that holds the warning that is open.
    holds(code) {
      return this.opened?.area === code || this.opened?.area.startsWith(`${code}/`);
    },
  },
  template: `
    <div class="map" ref="frame">
      <svg v-if="shapes.length" :viewBox="'0 0 ' + width + ' ' + height" class="map-drawing" role="group" :aria-label="words.say('map')">
        <defs>
          <pattern id="hatch" width="9" height="9" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="2.4" height="9" class="hatch"></rect></pattern>
          <pattern id="hatch-calm" width="9" height="9" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="2.4" height="9" class="hatch-calm"></rect></pattern>
        </defs>
        <g v-for="shape in shapes" :key="shape.area.code" class="area" tabindex="0" role="button" :data-code="shape.area.code"
           :aria-label="told(shape.area)" @click="$emit('go', shape.area.code)" @keydown.enter.stop="$emit('go', shape.area.code)">
          <title>{{ told(shape.area) }}</title>
          <g :class="['rank-' + shape.own, { waiting: shape.own === 'red' && shape.standing.waiting_red }]">
            <path class="area-fill" :d="shape.path"></path>
            <path v-if="shape.blind" class="area-blind" :class="{ calm: shape.own === 'none' }" :d="shape.path"></path>
          </g>
          <g v-for="part in shape.parts" :key="part.area.code" class="part" :class="['rank-' + part.area.standing.worst, part.area.level, { waiting: part.area.standing.waiting_red }]">
            <path class="area-fill" :d="part.path"></path>
            <path v-if="part.area.standing.sight === 'blind'" class="area-blind" :class="{ calm: part.area.standing.worst === 'none' }" :d="part.path"></path>
          </g>
          <path class="area-edge" :d="shape.path"></path>
        </g>
        <path v-for="shape in shapes.filter((one) => holds(one.area.code))" :key="'w' + shape.area.code" class="area-chosen" :d="shape.path"></path>
        <points :words="words" :devices="devices" :lines="lines" :opened="opened?.id ?? ''" :project="project" @open="$emit('open', $event)"></points>
        <g v-for="one in placed" :key="'l' + one.key" class="area-label" :class="'rank-' + one.area.standing.worst">
          <path v-if="one.led" class="area-lead" :d="'M' + one.root + 'L' + one.x + ' ' + one.y"></path>
          <circle v-if="one.led" class="area-anchor" :cx="one.root[0]" :cy="one.root[1]" r="2.5"></circle>
          <g :transform="'translate(' + one.x + ' ' + one.y + ')'"><area-label :name="one.name" :standing="one.area.standing" :small="one.small"></area-label></g>
        </g>
      </svg>
      <p v-else-if="areas && !undrawn.length" class="empty">{{ words.say('no_map') }}</p>
      <div v-if="undrawn.length" class="undrawn">
        <small>{{ words.say('undrawn') }}</small>
        <button v-for="area in undrawn" :key="area.code" type="button" class="crumb" :class="['rank-' + area.standing.worst, { blind: area.standing.sight === 'blind' }]" @click="$emit('go', area.code)">
          <rank-mark :rank="area.standing.worst" :sight="area.standing.sight"></rank-mark>{{ name(area) }}<b v-if="area.standing.open">{{ area.standing.open }}</b>
        </button>
      </div>
    </div>`,
};
