/** PyTorch's samples of operators as models, which are exported and run. */
import * as torch from '../../src/index.ts';
import { callable, type Form, has, positions } from '../opinfo/calls.ts';
import { type Case, plain } from '../opinfo/golden.ts';
import { difference, open, tensorsOf } from './runtime.ts';

/** Of equal elements either may be named: positions are not compared, but their shape and dtype. */
const TIES = new Set(['kthvalue', 'median', 'mode', 'sort', 'topk', 'argsort', 'max', 'min', 'argmax', 'argmin']);

/** Has no kernel for the dtype in onnxruntime; the file is a file of ONNX. */
const NO_KERNEL = /Could not find an implementation for/;

/** A model whose forward pass is a call; the tensors of its arguments are its inputs. */
export function modelOf(call: (...args: unknown[]) => unknown, args: readonly unknown[]): torch.nn.Module {
  const put = (x: unknown, next: () => torch.Tensor): unknown => {
    if (x instanceof torch.Tensor) return next();
    if (Array.isArray(x)) {
      const list = x.map((each) => put(each, next));
      return 'isList' in x ? Object.assign(list, { isList: true }) : list;
    }
    const named = typeof x === 'object' && x !== null && Object.getPrototypeOf(x) === Object.prototype;
    return named ? Object.fromEntries(Object.entries(x as object).map(([key, each]) => [key, put(each, next)])) : x;
  };
  class Call extends torch.nn.Module {
    forward(...inputs: torch.Tensor[]): unknown {
      let i = 0;
      return call(...args.map((each) => put(each, () => inputs[i++]!)));
    }
  }
  return new Call();
}

/**
 * What comes of a call: null if the file computes the same, otherwise what is wrong, or why it is refused; undefined for a
 * call that torchlet itself refuses, and for a file that onnxruntime has no kernel for.
 */
export async function outcome(
  name: string,
  call: (...args: unknown[]) => unknown,
  args: readonly unknown[],
  opset = 18,
): Promise<string | null | undefined> {
  const tensors = tensorsOf(args.map((each) => (Array.isArray(each) ? [...each] : each)));
  const model = modelOf(call, args) as torch.nn.Module & ((...inputs: torch.Tensor[]) => unknown);
  let wanted: torch.Tensor[];
  try {
    wanted = tensorsOf(torch.noGrad(() => model(...tensors.map((x) => x.detach().clone()))));
  } catch {
    return undefined;
  }
  if (wanted.length === 0) return 'gives no tensor';
  let bytes: Uint8Array;
  try {
    bytes = torch.onnx.export(model, tensors, { opset });
  } catch (error) {
    return (error as Error).message;
  }
  let session: Awaited<ReturnType<typeof open>>;
  try {
    session = await open(bytes);
  } catch (error) {
    return NO_KERNEL.test(String(error)) ? undefined : `onnxruntime: ${error}`;
  }
  try {
    const feeds = Object.fromEntries(
      session.inputs.map((input) => [input, tensors[input === 'input' ? 0 : Number(input.slice(6))]!]),
    );
    const found = await session.run(feeds);
    if (TIES.has(name)) {
      const places = name.startsWith('arg') || wanted.length > 1 ? wanted.length - 1 : -1;
      if (places >= 0 && String(found[places]?.shape) === String(wanted[places]?.shape)) {
        found.splice(places, 1);
        wanted.splice(places, 1);
      }
    }
    return difference(found, wanted);
  } catch (error) {
    return `onnxruntime: ${error}`;
  } finally {
    await session.release();
  }
}

/** The same of a sample of PyTorch's, in a form. */
export async function outcomeOf(sample: Case, form: Form, opset?: number): Promise<string | null | undefined> {
  const args = positions(sample, plain);
  if (tensorsOf(args).length === 0 || !has(sample.o, form)) return undefined;
  return outcome(sample.o, callable(sample.o, form), args, opset);
}
