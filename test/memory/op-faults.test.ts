import { test } from 'vitest';
import { followBlocks } from './books.ts';
import { functions, metrics, modules, operators } from './calls.ts';
import { moveEverything } from './moving.ts';
import { faultsOf } from './op-faults.ts';

followBlocks();
test('x', () => {
  const undo = moveEverything();
  const by = new Map<string, string[]>();
  const t = Date.now();
  let n = 0;
  for (const source of [operators, functions, modules, metrics])
    for (const call of source()) {
      let f: string[];
      try {
        f = faultsOf(call);
      } catch (e) {
        f = ['threw ' + (e as Error).message.split('\n')[0]];
      }
      n++;
      for (const each of f) {
        const k = each.replace(/\d+/g, 'N').replace(/\[[N, ]*\]/g, '[]');
        by.set(k, [...(by.get(k) ?? []), call.name]);
      }
      if (Date.now() - t > 200_000) break;
    }
  undo();
  console.log(n, Date.now() - t);
  for (const [k, v] of by) console.log(k.slice(0, 200), v.length, [...new Set(v)].join(' ').slice(0, 600));
}, 280_000);
