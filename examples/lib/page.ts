/** Pictures without a browser: plots as inline SVG in one HTML file with no script and nothing to fetch. */
import { writeFileSync } from 'node:fs';
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { outputPath } from './output.ts';

/** Colours of lines and dots: told apart on white and on black, also by people who see few colours. */
export const PALETTE = ['#3f83c8', '#d9772b', '#2f9e6e', '#b9539b', '#a5832c', '#7d8794'] as const;

/** By day and by night. Axes and texts of a plot take the colour of the page's text; plots may use the names too. */
const STYLE = `
  :root {
    color-scheme: light dark;
    --page: #f4f5f7; --card: #fff; --line: #dfe3e8; --text: #1c2430; --muted: #566070; --empty: #f1f3f6;
  }
  @media (prefers-color-scheme: dark) {
    :root {
      --page: #14181f; --card: #1d232c; --line: #333c49; --text: #e6eaf0; --muted: #a3adbb; --empty: #2a323e;
    }
  }
  body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
  main { max-width: 1080px; margin: 0 auto; padding: 32px 24px 48px; }
  h1 { margin: 0; font-size: 26px; }
  h2 { margin: 36px 0 4px; font-size: 20px; }
  h3 { margin: 0 0 2px; font-size: 15px; }
  p { margin: 0; color: var(--muted); max-width: 90ch; }
  .numbers { display: flex; flex-wrap: wrap; gap: 12px; margin: 14px 0; }
  .number { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 10px 16px; }
  .number b { display: block; font-size: 22px; font-variant-numeric: tabular-nums; }
  .number span { color: var(--muted); font-size: 13px; }
  .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(440px, 100%), 1fr)); gap: 16px; }
  .chart { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 16px 20px; }
  .chart p { font-size: 13px; min-height: 3em; }
  main > .chart { margin-top: 16px; }
  main > .chart p { min-height: 0; margin-bottom: 8px; }
  .key { display: inline-block; width: 18px; height: 3px; vertical-align: middle; margin: 0 4px 0 12px; }
  figure { margin: 0; }
  figure > div { font-size: 13px; }
  svg { overflow: visible; --plot-background: var(--card) !important; }
  svg[aria-label] { width: 100%; height: auto; }
`;

/** Draws a plot, 500 units wide unless told otherwise. `ariaLabel` says what it shows to those who cannot see it. */
export function draw(options: Plot.PlotOptions & { ariaLabel: string }): string {
  // Plot asks for a document, and any will do.
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const { type = 'categorical', legend, scheme } = options.color ?? {};
  const named = legend && type === 'categorical' && scheme === undefined;
  const color = named ? { range: [...PALETTE], ...options.color } : options.color;
  const style = { fontSize: '12px', background: 'none' };
  return Plot.plot({ width: 500, ...options, color, document, style }).outerHTML;
}

/** A plot under its title and a sentence or two. */
export const chart = (title: string, text: string, svg: string): string =>
  `<section class="chart"><h3>${title}</h3><p>${text}</p>${svg}</section>`;

/** A whole page around what goes into its body. */
export const page = (title: string, body: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`;

/** A picture of a lesson. */
export interface Chart {
  /** What it shows, in a few words. */
  title: string;
  /** What is to be seen in it, in a sentence or two. */
  text: string;
  /** As Plot.plot takes it; `color: { legend: true }` adds the key of the colours. */
  plot: Plot.PlotOptions;
}

/** Writes charts under each other to a page in examples/out/ and gives its path. */
export function writePage(file: string, title: string, text: string, charts: readonly Chart[]): string {
  const drawn = charts.map(({ title, text, plot }) => {
    const size = { width: 1000, height: 380, marginLeft: 56, marginBottom: 44 };
    return chart(title, text, draw({ ...size, ...plot, ariaLabel: title }));
  });
  const path = outputPath(file);
  writeFileSync(path, page(title, `<p>${text}</p>\n${drawn.join('\n')}`));
  return path;
}
