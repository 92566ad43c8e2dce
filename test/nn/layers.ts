/** Every layer of torchlet's own, with what it is made with and called with. */
import * as torch from '../../src/index.ts';

const { nn } = torch;

/** What each layer is made with and called with; a pair of floats [4, 6] where it does not say. */
export const floats = (...dims: number[]): torch.Tensor =>
  torch
    .rand(...dims)
    .mul(0.8)
    .add(0.1)
    .requiresGrad_();
const signs = (): torch.Tensor => torch.tensor([1, -1, 1, -1]);
const GIVEN: Record<string, [args?: unknown[], inputs?: () => torch.Tensor[]]> = {
  BatchNorm1d: [[6]],
  Bilinear: [[6, 6, 2], () => [floats(4, 6), floats(4, 6)]],
  CosineEmbeddingLoss: [[], () => [floats(4, 6), floats(4, 6), signs()]],
  CrossEntropyLoss: [[], () => [floats(4, 6), torch.tensor([0, 1, 2, 3])]],
  Embedding: [
    [7, 3],
    () => [
      torch.tensor([
        [0, 6],
        [1, 2],
      ]),
    ],
  ],
  GaussianNLLLoss: [[], () => [floats(4, 6), floats(4, 6).detach(), floats(4, 6)]],
  HingeEmbeddingLoss: [[], () => [floats(4), signs()]],
  LayerNorm: [[6]],
  Linear: [[6, 3]],
  MarginRankingLoss: [[], () => [floats(4), floats(4), signs()]],
  MultiLabelMarginLoss: [[], () => [floats(4, 3), torch.zeros(4, 3, { dtype: torch.int64 })]],
  MultiMarginLoss: [[], () => [floats(4, 6), torch.tensor([0, 1, 2, 3])]],
  NLLLoss: [[], () => [floats(4, 6), torch.tensor([0, 1, 2, 3])]],
  Softmax2d: [[], () => [floats(2, 3, 4, 5)]],
  Threshold: [[0.5, 2]],
  TripletMarginLoss: [[], () => [floats(4, 6), floats(4, 6), floats(4, 6)]],
  Unflatten: [[1, [2, 3]]],
};

export type AnyLayer = torch.nn.Module & ((...inputs: torch.Tensor[]) => torch.Tensor);
export type AnyClass = new (...args: never[]) => AnyLayer;

/** Those that hold other modules, or are what a user's derive from. */
export const OTHERS = ['Module', 'ModuleDict', 'ModuleList', 'ParameterDict', 'ParameterList', 'Sequential'];
export const LAYERS = Object.entries(nn).filter(
  (entry): entry is [string, AnyClass & (typeof entry)[1]] =>
    typeof entry[1] === 'function' && entry[1].prototype instanceof nn.Module && !OTHERS.includes(entry[0]),
) as [string, AnyClass][];

export const make = (name: string, Class: AnyClass): AnyLayer => new Class(...((GIVEN[name]?.[0] ?? []) as never[]));
export const inputsOf = (name: string): torch.Tensor[] =>
  GIVEN[name]?.[1]?.() ??
  (/Loss|Similarity|Distance/.test(name) ? [floats(4, 6), floats(4, 6).detach()] : [floats(4, 6)]);
