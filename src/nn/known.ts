/**
 * How files of whole modules know layers. A program that imports single layers carries nothing of it: `torchlet`, which has
 * all of them, puts it here, and so does whoever lets a class in (`serialization.addSafeGlobals`).
 */
import type { Modules } from './whole.ts';

export const known: { modules: Modules | null } = { modules: null };
