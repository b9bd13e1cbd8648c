// The areas that are looked at: how each stands, their outlines, and close to, their devices.

import { markRaw, reactive } from "vue";

const CLOSE = ["street", "grid", "building"]; // levels at which every device is drawn
const AGAIN = 2000;

export class Places {
  constructor(store) {
    this.store = store;
    this.area = null;
    this.state = reactive({ areas: null, drawing: null, devices: [], close: false });
    this.onMissing = () => {};
  }

  // Lead into an area; empty: the city.
  async show(area) {
    this.area = area;
    try {
      const [areas, drawing] = await Promise.all([this.ask("areas"), this.ask("areas.geojson")]);
      const close = CLOSE.includes(areas.area.level);
      const { devices } = close ? await this.store.get("devices/placed", { within: area }) : { devices: [] };
      if (area === this.area) Object.assign(this.state, { areas, devices, close, drawing: markRaw(drawing) });
    } catch (error) {
      if (area !== this.area) return;
      if (error.status === 404) this.onMissing(area);
      else setTimeout(() => area === this.area && this.show(area), AGAIN); // the banner says why
    }
  }

  // The picture follows changes, but at most once a second.
  changed() {
    this.painting ??= setTimeout(async () => {
      this.painting = null;
      const area = this.area;
      try {
        if (!this.state.drawing?.features.length) return await this.show(area);
        const [areas, status] = await Promise.all([this.ask("areas"), this.store.get("status")]);
        this.store.note(status);
        if (area === this.area) this.state.areas = areas;
      } catch {
        this.changed();
      }
    }, 1000);
  }

  ask(what) {
    return this.store.get(what, { within: this.area, depth: 2 });
  }
}
