// Where the marks of a chart's axes stand.

export function ticks(low, high, count) {
  const rough = (high - low) / count;
  const size = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((n) => n * size).find((n) => n >= rough);
  const found = [];
  for (let value = Math.ceil(low / step) * step; value <= high + step * 1e-6; value += step) found.push(Number(value.toPrecision(12)));
  return found;
}

const STEPS = [5e3, 1e4, 3e4, 6e4, 12e4, 3e5, 6e5, 9e5, 18e5, 36e5, 72e5, 216e5, 432e5, 864e5, 1728e5];

// Days begin at the city's midnight: `offset` is its clock less UTC.
export function moments(from, to, count, offset) {
  const step = STEPS.find((one) => (to - from) / one <= count) ?? 6048e5;
  const found = [];
  for (let time = Math.ceil((from + offset) / step) * step - offset; time <= to; time += step) found.push(time);
  return found;
}
