// What calls a person to the screen when a red arrives: the window's title, a frame, a sound.

const FLASH = 900; // milliseconds; well below three a second, which could harm

export class Alarm {
  tell(title, reds, word) {
    [this.title, this.reds, this.word] = [title, reds, word];
    document.title = title;
    clearInterval(this.timer);
    if (!reds) return;
    let on = false;
    this.timer = setInterval(() => {
      on = !on;
      document.title = on ? `⬣ ${this.word} ${this.reds}` : this.title;
    }, FLASH);
  }

  ring(aloud) {
    document.documentElement.classList.add("alarmed");
    if (aloud) this.sound();
  }

  quiet() {
    document.documentElement.classList.remove("alarmed");
  }

  // Two falling tones, twice. Browsers allow it once the person has touched the page.
  sound() {
    this.audio ??= new AudioContext();
    const start = this.audio.currentTime;
    [880, 660, 880, 660].forEach((pitch, n) => {
      const tone = this.audio.createOscillator();
      const volume = this.audio.createGain();
      const at = start + n * 0.28;
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0.0001, at);
      volume.gain.exponentialRampToValueAtTime(0.25, at + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.25);
      tone.connect(volume).connect(this.audio.destination);
      tone.start(at);
      tone.stop(at + 0.26);
    });
  }
}
