/**
 * Trains two models on real data, prints how good they are on examples they have not seen, and draws a report.
 *
 *     npm start
 *
 * Read zoo.ts first: it explains every step of a training program. wages.ts does the same for a regression.
 */
import { writeFileSync } from 'node:fs';
import { outputPath } from './lib/output.ts';
import { reportHtml } from './lib/report.ts';
import { trainWages } from './wages.ts';
import { trainZoo } from './zoo.ts';

const started = performance.now();

// Both print what they find, and throw if the model they saved predicts anything else after loading.
const zoo = trainZoo();
const wages = trainWages();

const report = outputPath('report.html');
writeFileSync(report, reportHtml(zoo, wages));
console.log(`\nCurves, confusion matrix and predictions are drawn in ${report}`);
console.log(`Done in ${((performance.now() - started) / 1000).toFixed(1)} s.`);
