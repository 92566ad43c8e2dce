/** Turns measurements into text: a line a row for the terminal, tables for RESULTS.md. */

const LABELS = {
  torchlet: 'torchlet',
  'torchlet, disposed': 'torchlet, disposed by hand',
  'torchlet, contiguous': 'torchlet, contiguous operands',
  tfjs: 'tfjs-wasm',
  jax: 'jax-js',
  ort: 'ort-web',
  pytorch: 'PyTorch',
  peak: 'mul + add peak',
};
export const label = (name) => LABELS[name] ?? name;

/** Milliseconds with three digits that count. */
export function duration(ms) {
  const [value, unit] = ms < 1 ? [ms * 1000, 'µs'] : [ms, 'ms'];
  return `${value >= 100 ? value.toFixed(0) : value.toPrecision(3)} ${unit}`;
}

const megabytes = (bytes) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

/** The throughput that suits the row: GF/s of products, steps a second of training. */
function rate(row, ms) {
  if (row.work) return `${(row.work / ms / 1e6).toFixed(2)} GF/s`;
  return row.kind === 'map' ? '' : `${Math.round(1000 / ms).toLocaleString('en')}/s`;
}

/**
 * Whether each target of a row was reached: `{ text, met }`. The ratio of minima decides, for whatever else the machine
 * does only ever adds time; the ratio of medians stands beside it.
 */
export function verdicts(row, results) {
  const own = results.filter(({ name }) => name.startsWith('torchlet') && !(name in row.targets));
  return own.flatMap((result) => judge(row, results, result));
}

function judge(row, results, own) {
  const by = new Map(results.map((result) => [result.name, result]));
  const peers = results.filter(({ name }) => !/^(torchlet|peak|pytorch)/.test(name));
  const peak = by.get('peak');
  const found = [];
  for (const [name, factor] of Object.entries(row.targets)) {
    const peer = name === 'best' ? peers.reduce((a, b) => (b.min < a.min ? b : a), peers[0]) : by.get(name);
    if (!peer) continue;
    const ratio = peer.min / own.min;
    const medians = (peer.median / own.median).toFixed(2);
    const who = name === 'best' ? `the best peer (${label(peer.name)})` : label(peer.name);
    // Where the peer itself is near the limit, the target may lie beyond it.
    const needs = peak ? `, ${((100 * factor * peak.min) / peer.min).toFixed(0)} % of the peak` : '';
    found.push({
      text: `${label(own.name)} ${ratio.toFixed(2)}× ${who} (medians ${medians}×), wanted ${factor.toFixed(2)}×${needs}`,
      met: ratio >= factor,
    });
  }
  if (peak && 'best' in row.targets) {
    const fraction = (100 * peak.min) / own.min;
    found.push({ text: `${label(own.name)} ${fraction.toFixed(0)} % of the peak, wanted 85 %`, met: fraction >= 85 });
  }
  return found;
}

/** One row as Markdown. */
export function table(row, results) {
  const own = results.find(({ name }) => name === 'torchlet');
  const peak = results.find(({ name }) => name === 'peak');
  const lines = [`### ${row.id}`, ''];
  lines.push(
    `| | min | median | rate | torchlet is faster by: min | median |${peak ? ' of the peak |' : ''} linear memory |`,
  );
  lines.push(`|---|---|---|---|---|---|${peak ? '---|' : ''}---|`);
  for (const { name, min, median, memoryEarly, memoryLate } of results) {
    const compared = name !== 'torchlet' && name !== 'peak' && own;
    const ratios = compared ? `${(min / own.min).toFixed(2)}× | ${(median / own.median).toFixed(2)}×` : '|';
    const fraction = peak ? ` ${((100 * peak.min) / min).toFixed(0)} % |` : '';
    const grown = memoryLate === memoryEarly ? '' : `, was ${memoryEarly && megabytes(memoryEarly)}`;
    const times = `${duration(min)} | ${duration(median)}`;
    const memory = memoryLate ? `${megabytes(memoryLate)}${grown}` : '';
    lines.push(`| ${label(name)} | ${times} | ${rate(row, min)} | ${ratios} |${fraction} ${memory} |`);
  }
  const missing = row.contenders.filter((name) => !results.some((result) => result.name === name));
  lines.push('');
  for (const { text, met } of verdicts(row, results)) lines.push(`- ${met ? 'reached' : '**missed**'}: ${text}`);
  if (missing.length > 0) lines.push(`- not measured: ${missing.map(label).join(', ')}`);
  lines.push('');
  return lines.join('\n');
}

/** A row in one line, for whoever waits. */
export function line(row, results) {
  const times = results.map(({ name, min }) => `${label(name)} ${duration(min)}`).join('  ');
  const misses = verdicts(row, results).filter(({ met }) => !met);
  return `${row.id}: ${times}${misses.length > 0 ? `  MISSED ${misses.map(({ text }) => text).join('; ')}` : ''}`;
}
