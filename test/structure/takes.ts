/** What the runtime takes the types take, and what it gives is what browsers take. `npm run types` compiles this; it never runs. */
import * as torch from 'torchlet';

const { nn } = torch;

/** Bytes and elements go where memory that is not shared is asked for. */
export function given(state: torch.nn.StateDict, x: torch.Tensor): unknown[] {
  const bytes: Uint8Array<ArrayBuffer> = torch.save(state);
  const floats: Float32Array = x.toTypedArray<Float32Array>();
  return [
    new Blob([bytes, torch.saveSafetensors(state), x.toTypedArray()]),
    new Response(torch.save(state)),
    fetch('/model', { method: 'POST', body: torch.save(state) }),
    crypto.subtle.digest('SHA-256', torch.save(state)),
    floats,
  ];
}

/** Options by position and by name, PyTorch's and NumPy's. */
export function taken(x: torch.Tensor): unknown[] {
  return [
    x.topk(2, 1, { largest: false }),
    x.topk(2, { dim: 0 }),
    x.topk(2, 1, false, { sorted: false }),
    x.sum({ axis: 1, keepdims: true }),
    x.sum({ dim: 1, keepdims: true }),
    x.sum(1, { keepdims: true }),
    x.mean({ axis: [0, 1] }),
    x.norm(2, 1, { keepdim: true }),
    x.norm(2, { axis: 1 }),
    x.argmax({ axis: 0 }),
    x.max({ axis: 1 }),
    x.std({ axis: 0, correction: 0 }),
    x.std(1, { keepdims: true }),
    x.cumsum({ axis: 0 }),
    x.softmax({ axis: 1 }),
    x.all({ axis: 0 }),
    x.logsumexp({ axis: 0 }),
    x.sort(1, { descending: true }),
    x.unsqueeze({ axis: 0 }),
    torch.cat([x], { axis: 1 }),
    torch.norm(x, 2, 1, { keepdim: true }),
    // @ts-expect-error There is no such option.
    x.sum({ axes: 1 }),
  ];
}

/** Layers of a list that is spread have indices; a layer that was asked for has its bias. */
export function layers(count: number): torch.Tensor[] {
  const list = Array.from({ length: count }, () => new nn.Linear(2, 2));
  const model = new nn.Sequential(...list);
  const biases = model.modules().flatMap((m) => (m instanceof nn.Linear ? [nn.init.zeros_(m.bias)] : []));
  const whole: torch.nn.Sequential = model;
  return [model[0].weight, ...biases, whole(torch.ones(1, 2))];
}

export const place: torch.device = torch.device('cpu');
