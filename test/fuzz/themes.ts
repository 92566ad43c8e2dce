/** What programs are about: which operations, how often, and how tensors look. */

import { asking } from './operations/asking.ts';
import { drawing } from './operations/drawing.ts';
import { activation, binary, casting, comparing, unary, writing } from './operations/elementwise.ts';
import { placing, reading } from './operations/indexing.ts';
import { losses } from './operations/losses.ts';
import { layers } from './operations/networks.ts';
import { loading, optimizing } from './operations/optimizing.ts';
import { ordering, products, reducing } from './operations/reducing.ts';
import { passes } from './operations/tracking.ts';
import { arranging, creating, moving, viewing } from './operations/views.ts';
import type { Program } from './program.ts';
import { Random } from './random.ts';
import type { Row } from './row.ts';
import { type Taste, Writer } from './writer.ts';

export const GROUPS = {
  asking,
  unary,
  binary,
  comparing,
  activation,
  casting,
  writing,
  reducing,
  ordering,
  products,
  viewing,
  moving,
  arranging,
  creating,
  reading,
  placing,
  passes,
  drawing,
  losses,
  layers,
  optimizing,
  loading,
} satisfies Record<string, Row[]>;
type Group = keyof typeof GROUPS;

interface Theme {
  groups: Partial<Record<Group, number>>;
  taste: Partial<Taste>;
}

const USUAL: Taste = { mixed: 0.25, tracked: 0.35, inplace: 0.15, special: 0.02, strided: 0.25, modes: 0.03 };

export const THEMES: Record<string, Theme> = {
  views: {
    groups: {
      viewing: 7,
      moving: 1,
      arranging: 2,
      reading: 2,
      placing: 2,
      writing: 3,
      unary: 1,
      binary: 2,
      reducing: 1,
      products: 1,
      casting: 0.5,
      passes: 1.5,
      asking: 0.4,
      activation: 0.5,
    },
    taste: { inplace: 0.45, strided: 0.4 },
  },
  autograd: {
    groups: {
      passes: 5,
      asking: 0.3,
      unary: 2,
      binary: 3,
      activation: 1.5,
      reducing: 2,
      ordering: 0.7,
      products: 1.5,
      viewing: 2,
      arranging: 1,
      reading: 1,
      placing: 1,
      losses: 1.5,
      writing: 1,
      casting: 0.5,
      comparing: 0.3,
    },
    taste: { tracked: 0.7, mixed: 0.12, modes: 0.06, inplace: 0.2 },
  },
  types: {
    groups: {
      asking: 0.5,
      casting: 2,
      binary: 4,
      comparing: 2,
      unary: 2,
      reducing: 2,
      ordering: 1,
      creating: 2,
      arranging: 1,
      products: 0.5,
      writing: 1,
      placing: 1,
    },
    taste: { mixed: 0.9, tracked: 0.15 },
  },
  indexing: {
    groups: {
      reading: 5,
      placing: 5,
      viewing: 1.5,
      passes: 1,
      binary: 1,
      writing: 0.5,
      reducing: 0.5,
      comparing: 0.7,
      arranging: 0.5,
    },
    taste: { mixed: 0.4, inplace: 0.5 },
  },
  numbers: {
    groups: {
      unary: 3,
      binary: 4,
      comparing: 1.5,
      casting: 2.5,
      writing: 1.5,
      creating: 1.5,
      placing: 1,
      reducing: 2,
      ordering: 1,
      activation: 1,
    },
    taste: { mixed: 0.6, special: 0.15, tracked: 0.2 },
  },
  random: {
    groups: { drawing: 6, viewing: 2, arranging: 0.5, passes: 0.7, binary: 0.7, reducing: 0.5, layers: 0.5 },
    taste: { strided: 0.4 },
  },
  optim: {
    groups: { optimizing: 6, unary: 0.5, binary: 0.5, passes: 1, layers: 0.5, viewing: 0.3 },
    taste: { tracked: 0.9, mixed: 0.15, special: 0 },
  },
  nn: {
    groups: {
      layers: 4,
      losses: 4,
      activation: 2,
      passes: 2,
      viewing: 1,
      binary: 0.7,
      reducing: 0.5,
      arranging: 0.4,
      drawing: 0.3,
      writing: 0.3,
    },
    taste: { tracked: 0.5, mixed: 0.1 },
  },
  data: {
    groups: { loading: 5, drawing: 1, creating: 1, arranging: 0.5, reading: 0.5, ordering: 0.5 },
    taste: { mixed: 0.5 },
  },
};

THEMES.mixture = {
  groups: Object.fromEntries(
    Object.keys(GROUPS).map((group) => [group, ['optimizing', 'loading'].includes(group) ? 0.3 : 1]),
  ),
  taste: { mixed: 0.4, inplace: 0.3, strided: 0.35, tracked: 0.45 },
};

/** The rows of a group with weights, by position, for a weighted choice. */
const WEIGHTS = Object.fromEntries(
  Object.entries(GROUPS).map(([group, rows]) => [group, Object.fromEntries(rows.map(({ weight }, i) => [i, weight]))]),
) as Record<Group, Record<string, number>>;

/** The writer of a program from its seed. */
export function write(seed: number, theme: string): Writer {
  const { groups, taste } = THEMES[theme];
  const random = new Random(seed);
  const writer = new Writer(random, { ...USUAL, ...taste });
  const length = random.int(4, 16);
  for (let i = 0; i < length; i++) {
    const group = random.weighted(groups);
    GROUPS[group][Number(random.weighted(WEIGHTS[group]))].write(writer);
  }
  return writer;
}

export function programOf(seed: number, theme: string): Program {
  return write(seed, theme).program;
}
