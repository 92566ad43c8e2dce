/**
 * `npm run bench` measures torchlet against its peers and writes RESULTS.md; `npm run bench -- smoke` runs everything
 * tiny, which shows that it runs and that all compute the same; further words choose rows (`npm run bench -- matmul`)
 * and write nothing.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { bundleTorchlet } from './bundle.mjs';
import { FULL, measure, SMOKE } from './measure.mjs';
import { Contender, findPython } from './processes.mjs';
import { label, line, table, verdicts } from './report.mjs';
import { ROWS, shrink } from './rows.mjs';

const here = import.meta.dirname ?? new URL('.', import.meta.url).pathname;
const words = process.argv.slice(2);
const smoke = words.includes('smoke');
const filters = words.filter((word) => word !== 'smoke');
const options = smoke ? SMOKE : FULL;
const say = (text) => process.stdout.write(`${text}\n`);

if (!existsSync(join(here, 'node_modules'))) {
  const flags = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
  execFileSync('npm', flags, { cwd: here, stdio: 'inherit', shell: process.platform === 'win32' });
}
const chosen = (name) => filters.length === 0 || filters.some((word) => name.includes(word));

// The rows run the sources; only startup and size are measured of the package.
const only = chosen('startup') || chosen('size') ? [] : ['core'];
execFileSync(process.execPath, [join(here, '..', 'build.mjs'), ...only], { stdio: 'inherit' });
await bundleTorchlet();

const python = findPython();
const shared = new Map();
/** What else the machine does: figures taken above 0.5 are to be taken again. */
const [idle] = loadavg();

/** Every chosen row, measured. */
async function measureRows() {
  const measured = [];
  if (python) shared.set('pytorch', await new Contender('pytorch', python).open());
  for (const full of ROWS.filter(({ id }) => chosen(id))) {
    const row = smoke ? shrink(full) : full;
    const names = row.contenders.filter((name) => name !== 'pytorch' || python);
    const results = await measure(row, options, names, shared);
    say(line(row, results));
    measured.push({ row, results });
  }
  for (const contender of shared.values()) contender.close();
  return measured;
}

/** Import to first prediction, alternating fresh processes. */
function measureStartup() {
  const times = { torchlet: [], jax: [], tfjs: [], ort: [] };
  for (let round = 0; round < (smoke ? 1 : 15); round++) {
    for (const [name, list] of Object.entries(times)) {
      const { stdout, stderr, status } = spawnSync(process.execPath, ['startup.mjs', name], {
        cwd: here,
        encoding: 'utf8',
      });
      if (status !== 0) throw new Error(`startup of ${name} failed:\n${stderr}`);
      list.push(JSON.parse(stdout.trim().split('\n').at(-1)).ms);
    }
  }
  return Object.entries(times).map(([name, list]) => {
    const sorted = list.sort((a, b) => a - b);
    return { name, min: sorted[0], median: sorted[sorted.length >> 1] };
  });
}

function startupTable(results) {
  const lines = ['## Import to first prediction, in a fresh process', '', '| | min | median |', '|---|---|---|'];
  for (const { name, min, median } of results)
    lines.push(`| ${label(name)} | ${min.toFixed(1)} ms | ${median.toFixed(1)} ms |`);
  const own = results.find(({ name }) => name === 'torchlet').min;
  lines.push('', `- ${own <= 12 ? 'reached' : '**missed**'}: ${own.toFixed(1)} ms, wanted at most 12 ms`, '');
  return lines.join('\n');
}

function sizeTable(sizes) {
  const kilobytes = (bytes) => (bytes / 1000).toFixed(1);
  const lines = [
    '## Bytes of the whole library, gzip',
    '',
    '| | JavaScript, KB | wasm, KB | together |',
    '|---|---|---|---|',
  ];
  for (const { name, js, wasm } of sizes) {
    lines.push(
      `| ${label(name)} | ${kilobytes(js)} | ${wasm ? kilobytes(wasm) : 'inside'} | ${kilobytes(js + wasm)} |`,
    );
  }
  const [own] = sizes;
  const total = own.js + own.wasm;
  lines.push('', `- ${total <= 70_000 ? 'reached' : '**missed**'}: ${kilobytes(total)} KB, wanted at most 70 KB`, '');
  return lines.join('\n');
}

function head(measured) {
  const all = measured.flatMap(({ row, results }) => verdicts(row, results));
  const { dependencies } = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'));
  const named = Object.entries({ ...dependencies, ...(python && { PyTorch: shared.get('pytorch').version }) })
    .map(([name, version]) => `${name} ${version}`)
    .join(', ');
  const day = new Date().toISOString().slice(0, 10);
  const machine = `${cpus()[0].model.trim()}, Node ${process.versions.node}`;
  const { turn, rounds, slow } = options;
  const peaks = measured.flatMap(({ row, results }) =>
    results.filter(({ name }) => name === 'peak').map(({ min }) => row.work / min / 1e6),
  );
  const peak = Math.max(0, ...peaks);
  return `# Results

Written by \`npm run bench\` on ${day}: ${machine},
${process.platform} ${process.arch}, load average ${idle.toFixed(1)} before the run on ${cpus().length} processors.

${named}.

Each contender runs in a process of its own and on one thread. A row's contenders are warmed up, then take turns of
about ${turn} ms in an order that rotates, ${rounds} rounds (${slow} for the slowest work), one at a time; min and median are
over the rounds.
Rates and verdicts are of minima, for whatever else the machine does only ever adds time. Before that, all have computed
the same numbers from the same weights and data: a row whose contenders differ fails. Every training step reads its
loss. torchlet and PyTorch are written as their users write them, with nothing disposed of unless a line says so; tfjs
disposes of everything, jax-js compiles the whole step with \`jit\`. onnxruntime-web copies its inputs
into its memory at each run: its users cannot avoid it.

The peak of this processor, measured by a loop of multiplications and additions in registers, is ${peak.toFixed(0)} GF/s: at 12 a
cycle ${(peak / 12).toFixed(1)} GHz. On a slower one all contenders take longer, in about the same ratios; a ratio that a row wants of the
best peer can lie beyond the peak, and its verdict says what part of the peak it would take.

Targets of the rows reached: ${all.filter(({ met }) => met).length} of ${all.length}.
`;
}

const measured = await measureRows();
const parts = [head(measured)];
for (const group of new Set(measured.map(({ row }) => row.group))) {
  parts.push(`## ${group}\n`);
  for (const { row, results } of measured) if (row.group === group) parts.push(table(row, results));
}
if (chosen('startup')) parts.push(startupTable(measureStartup()));
if (chosen('size')) {
  const { packageSizes } = await import('./package-size.mjs');
  parts.push(sizeTable(await packageSizes()));
}
if (smoke || filters.length > 0) say(parts.slice(1).join('\n'));
else writeFileSync(join(here, 'RESULTS.md'), parts.join('\n'));
