/** `torch.memory`: what torchlet uses and how much it may. */
export { type MemoryStats, setBudget, stats } from './stats.ts';
