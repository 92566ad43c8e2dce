/** The report: one HTML file with everything in it, pictures as inline SVG, no script and nothing to fetch. */
import * as Plot from '@observablehq/plot';
import type { trainWages } from '../wages.ts';
import type { trainZoo } from '../zoo.ts';
import { chart, draw, PALETTE, page } from './page.ts';
import type { Epoch } from './progress.ts';
import { dollars, percent } from './table.ts';

type Zoo = ReturnType<typeof trainZoo>;
type Wages = ReturnType<typeof trainWages>;

const [TRAIN, VALIDATION] = PALETTE;

/** Both losses over the epochs, and the epoch whose net was kept if that is not the last. */
function lossCurves(history: readonly Epoch[], unit: string, keptEpoch?: number): string {
  const last = history[history.length - 1];
  const kept = keptEpoch === undefined ? [] : [keptEpoch];
  const key = (name: string, color: string, loss: number): string =>
    `<span class="key" style="background: ${color}"></span>${name}, at the end ${loss.toFixed(3)}`;
  const line = (y: 'train' | 'validation', stroke: string): Plot.Markish =>
    Plot.lineY(history, { x: 'epoch', y, stroke, strokeWidth: 2 });
  const svg = draw({
    height: 380,
    ariaLabel: 'training and validation loss by epoch',
    x: { label: 'epoch', domain: [1, history.length] },
    y: { label: unit, grid: true, zero: true, nice: true },
    marks: [
      Plot.ruleX(kept, { stroke: 'var(--muted)', strokeDasharray: '3,3' }),
      Plot.text(kept, {
        x: (epoch: number) => epoch,
        text: () => 'kept',
        frameAnchor: 'top',
        dy: -10,
        fill: 'var(--muted)',
      }),
      line('train', TRAIN),
      line('validation', VALIDATION),
    ],
  });
  return `${svg}<p>${key('training', TRAIN, last.train)}${key('validation', VALIDATION, last.validation)}</p>`;
}

/** Counts of (true class, predicted class): the right ones are on the diagonal. */
function confusionMatrix(classes: readonly string[], counts: readonly (readonly number[])[]): string {
  const cells = counts.flatMap((row, i) =>
    row.map((count, j) => ({ truth: classes[i], guess: classes[j], count, right: i === j })),
  );
  const found = cells.filter(({ count }) => count > 0);
  const most = Math.max(...found.map(({ count }) => count));
  return draw({
    height: 400,
    marginLeft: 92,
    marginBottom: 82,
    ariaLabel: 'confusion matrix',
    x: { label: 'predicted', domain: classes, tickRotate: -40, tickSize: 0, labelAnchor: 'center', labelOffset: 78 },
    y: { label: 'true', domain: classes, tickSize: 0, labelArrow: 'none' },
    marks: [
      Plot.cell(cells, { x: 'guess', y: 'truth', fill: 'var(--empty)', inset: 1 }),
      Plot.cell(found, {
        x: 'guess',
        y: 'truth',
        inset: 1,
        fill: (d: (typeof cells)[number]) => (d.right ? TRAIN : '#c0392b'),
        fillOpacity: (d: (typeof cells)[number]) => 0.6 + (0.4 * d.count) / most,
      }),
      Plot.text(found, { x: 'guess', y: 'truth', text: 'count', fill: 'white', fontWeight: 'bold', fontSize: 14 }),
    ],
  });
}

/** A dot for each test worker: on the line, the prediction is right. */
function scatter(truth: readonly number[], guesses: readonly number[], mean: number): string {
  const points = truth.map((wage, i) => ({ wage, guess: guesses[i] }));
  const top = Math.ceil(Math.max(...truth, ...guesses) / 5) * 5;
  const label = { fill: 'var(--muted)', textAnchor: 'end' } as const;
  return draw({
    height: 400,
    ariaLabel: 'predicted and true wages',
    x: { label: 'true wage, $ an hour', domain: [0, top], grid: true },
    y: { label: 'predicted, $ an hour', domain: [0, top], grid: true },
    marks: [
      Plot.line(
        [
          [0, 0],
          [top, top],
        ],
        { stroke: 'currentColor', strokeWidth: 1 },
      ),
      Plot.text([[top, top]], { ...label, text: () => 'a perfect prediction', dx: -26, dy: 8 }),
      Plot.ruleY([mean], { stroke: 'var(--muted)', strokeDasharray: '4,3' }),
      Plot.text([[top, mean]], { ...label, text: () => 'always the mean', dy: -8 }),
      Plot.dot(points, {
        x: 'wage',
        y: 'guess',
        r: 3.5,
        fill: TRAIN,
        fillOpacity: 0.6,
        title: ({ wage, guess }: (typeof points)[number]) => `true ${dollars(wage)}, predicted ${dollars(guess)}`,
      }),
    ],
  });
}

const number = (value: string, meaning: string): string =>
  `<div class="number"><b>${value}</b><span>${meaning}</span></div>`;

/** The loss and one more picture for each model. */
function charts(zoo: Zoo, wages: Wages): { zoo: string; wages: string } {
  return {
    zoo:
      chart(
        'Loss',
        'Means over an epoch: those of training are taken with dropout, those of validation without.',
        lossCurves(zoo.history, 'cross-entropy'),
      ) +
      chart(
        'Confusion matrix',
        'Test animals by true and predicted class; what is off the diagonal is wrong.',
        confusionMatrix(zoo.classes, zoo.confusion),
      ),
    wages:
      chart(
        'Loss',
        'The net of the epoch with the lowest validation loss is kept. Always guessing the mean costs 1 in training.',
        lossCurves(wages.history, 'MSE, standardised', wages.bestEpoch),
      ) +
      chart(
        'Predicted and true',
        'A dot is a test worker. What the columns do not tell, no model can: the dots keep a spread.',
        scatter(wages.truth, wages.guesses, wages.mean),
      ),
  };
}

/** The whole page. */
export function reportHtml(zoo: Zoo, wages: Wages): string {
  const drawn = charts(zoo, wages);
  const { model, baseline } = wages;
  return page(
    'Two models trained with torchlet',
    `<p>All numbers but those of the curves are about the test part, which took no part in training.</p>

<h2>Zoo: the class of an animal</h2>
<p>Cross-entropy over seven classes, from sixteen features.</p>
<div class="numbers">
${number(percent(zoo.accuracy), 'test accuracy')}
${number(percent(zoo.baseline), 'always guessing the commonest class')}
${number(String(zoo.confusion.flat().reduce((a, b) => a + b, 0)), 'test animals')}
</div>
<div class="charts">
${drawn.zoo}
</div>

<h2>Wages: dollars an hour</h2>
<p>Mean squared error on the standardised wage, from ten columns of numbers and names.</p>
<div class="numbers">
${number(dollars(model.rmse), `RMSE; always the mean: ${dollars(baseline.rmse)}`)}
${number(dollars(model.mae), `MAE; always the mean: ${dollars(baseline.mae)}`)}
${number(percent(wages.explained), 'of the variance explained')}
${number(String(wages.truth.length), 'test workers')}
</div>
<div class="charts">
${drawn.wages}
</div>`,
  );
}
