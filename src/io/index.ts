/** `torch.save` and `torch.load`. */
export { type LoadOptions, load } from './load.ts';
export { loadSafetensors } from './load-safetensors.ts';
export { type Format, type SaveOptions, save } from './save.ts';
export { saveSafetensors } from './save-safetensors.ts';
export * as serialization from './serialization.ts';
