/** `torch.testing`: comparing in tests. */
export { assertClose, type CloseOptions } from './assert-close.ts';
export { areTensorsEqual } from './equality.ts';
