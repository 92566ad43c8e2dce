/**
 * A Sequential of torchlet's own layers frees at once what one hands to the next. That is right as long as a layer that
 * counts as one keeps no handle, and whatever a user wrote counts as none.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import * as torch from '../../src/index.ts';
import { isOfOwnClass, isOwn } from '../../src/nn/own.ts';
import { listen } from '../../src/tensor/listen.ts';
import { walk } from '../structure/sources.ts';
import { type AnyClass, type AnyLayer, floats, inputsOf, LAYERS, make, OTHERS } from './layers.ts';

const { nn } = torch;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

describe("every layer and loss of torchlet's own keeps no handle of what it is given and gives", () => {
  test('there are all of them', () => {
    expect(LAYERS.length).toBeGreaterThan(55);
    const strangers = OTHERS.filter((name) =>
      isOwn((nn as unknown as Record<string, AnyClass>)[name]?.prototype.forward),
    );
    expect(strangers).toEqual([]);
  });

  test.each(LAYERS)('%s counts as one', (name, Class) => {
    const layer = make(name, Class);
    expect(isOwn(layer.forward), 'its forward pass is a row, or made by computing()').toBe(true);
    expect(isOfOwnClass(layer)).toBe(true);
  });

  test('none of their handles is left, recorded or not', async () => {
    const seen: [string, WeakRef<torch.Tensor>][] = [];
    const layers = LAYERS.map(([name, Class]) => [name, make(name, Class)] as const);
    const run = (name: string, layer: AnyLayer, mode: boolean): void => {
      const inputs = inputsOf(name);
      const output = mode ? layer(...inputs) : torch.noGrad(() => layer(...inputs));
      expect(output).toBeInstanceOf(torch.Tensor);
      for (const x of [...inputs, output]) seen.push([name, new WeakRef(x)]);
    };
    for (const [name, layer] of layers) for (const mode of [true, true, false, false]) run(name, layer, mode);
    // What a WeakRef was made of in this turn stays alive to its end.
    await new Promise((resolve) => setTimeout(resolve, 0));
    collect();
    expect(seen.length).toBeGreaterThan(8 * layers.length);
    expect([...new Set(seen.flatMap(([name, each]) => (each.deref() === undefined ? [] : [name])))]).toEqual([]);
    expect(layers.length).toBe(LAYERS.length);
  });

  test('a layer that keeps one is found out', async () => {
    const layer = new (class extends nn.ReLU {
      kept: torch.Tensor | null = null;
      override forward(input: torch.Tensor): torch.Tensor {
        this.kept = input;
        return input.relu();
      }
    })();
    const seen = ((): WeakRef<torch.Tensor> => {
      const input = floats(2);
      layer(input);
      return new WeakRef(input);
    })();
    await new Promise((resolve) => setTimeout(resolve, 0));
    collect();
    expect(seen.deref()).toBe(layer.kept);
  });
});

test('no computation of a row writes to anything but its own variables', () => {
  const folder = new URL('../../src/nn/', import.meta.url);
  const makers = ['layer', 'layerOfTwo', 'loss', 'lossOfThree', 'alongDim', 'dropping', 'computing'];
  const bodies: ts.Node[] = [];
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.ts') && name !== 'layer.ts')) {
    const source = ts.createSourceFile(file, readFileSync(new URL(file, folder), 'utf8'), ts.ScriptTarget.ES2022, true);
    const nodes = [...walk(source)];
    for (const node of nodes) {
      if (!ts.isExpressionWithTypeArguments(node) || !ts.isCallExpression(node.expression)) continue;
      const { expression, arguments: given } = node.expression;
      expect(makers, `${file}: what a class extends`).toContain(expression.getText());
      const body = given.find((each) => ts.isArrowFunction(each) || ts.isIdentifier(each)) as ts.Node;
      const named = ts.isIdentifier(body)
        ? nodes.find((each) => ts.isFunctionDeclaration(each) && each.name?.text === body.text)
        : body;
      expect(named, `${file}: the computation`).toBeDefined();
      bodies.push(named as ts.Node);
    }
  }
  expect(bodies.length).toBeGreaterThan(55);
  for (const body of bodies) {
    const writes = [...walk(body)].filter(
      (node) =>
        node.kind === ts.SyntaxKind.ThisKeyword ||
        ts.isDeleteExpression(node) ||
        ts.isPostfixUnaryExpression(node) ||
        (ts.isPrefixUnaryExpression(node) &&
          node.operator !== ts.SyntaxKind.MinusToken &&
          node.operator !== ts.SyntaxKind.ExclamationToken) ||
        (ts.isBinaryExpression(node) &&
          node.operatorToken.kind >= ts.SyntaxKind.FirstAssignment &&
          node.operatorToken.kind <= ts.SyntaxKind.LastAssignment),
    );
    expect(writes.map((node) => `${body.getSourceFile().fileName}: ${node.getText()}`)).toEqual([]);
  }
});

describe('what a user sees between two layers of a Sequential stays readable', () => {
  const kept: torch.Tensor[] = [];
  const keep = (x: torch.Tensor): torch.Tensor => {
    kept.push(x);
    return x;
  };
  class Keeping extends nn.Module {
    forward(input: torch.Tensor): torch.Tensor {
      return keep(input).mul(2);
    }
  }
  class Overriding extends nn.ReLU {
    override forward(input: torch.Tensor): torch.Tensor {
      return super.forward(keep(input));
    }
  }
  class Calling extends nn.Tanh {
    override __call__(...args: never[]): unknown {
      keep(args[0]);
      return super.__call__(...args);
    }
  }
  const WAYS: Record<string, () => torch.nn.Layer> = {
    'a module of its own': () => new Keeping(),
    'a layer that is derived': () => new Overriding(),
    'a forward pass of the instance': () =>
      Object.assign(new nn.ReLU(), { forward: (input: torch.Tensor) => keep(input).relu() }),
    'a call that is overridden': () => new Calling(),
    'a hook before': () => {
      const layer = new nn.Sigmoid();
      layer.registerForwardPreHook((_, [input]) => void keep(input));
      return layer;
    },
    'a hook behind': () => {
      const layer = new nn.Sigmoid();
      layer.registerForwardHook((_, __, output) => void keep(output));
      return layer;
    },
    'a Sequential with one of these': () => new nn.Sequential(new nn.Tanh(), new Keeping()),
    'a class whose forward pass was replaced': () => {
      class Patched extends nn.ELU {}
      const { forward } = nn.ELU.prototype;
      Patched.prototype.forward = function (this: torch.nn.ELU, input: torch.Tensor) {
        return Reflect.apply(forward, this, [keep(input)]) as torch.Tensor;
      };
      return new Patched();
    },
  };
  test.each(Object.entries(WAYS))('by %s', (_, way) => {
    kept.length = 0;
    const model = new nn.Sequential(new nn.Linear(3, 3), way(), new nn.Tanh());
    for (const run of [() => model(torch.ones(2, 3)), () => torch.noGrad(() => model(torch.ones(2, 3)))]) run();
    expect(kept).toHaveLength(2);
    for (const x of kept) {
      expect(x.isDisposed).toBe(false);
      expect(x.tolist()).toEqual(kept[0].tolist());
    }
  });

  test('by listening to operations', () => {
    const results: unknown[] = [];
    const model = new nn.Sequential(new nn.Linear(3, 3), new nn.Sigmoid(), new nn.Tanh());
    const end = listen(({ result }) => results.push(result));
    torch.noGrad(() => model(torch.ones(2, 3)));
    end();
    const tensors = results.filter((each) => each instanceof torch.Tensor);
    expect(tensors.length).toBeGreaterThanOrEqual(3);
    for (const x of tensors) expect(x.isDisposed).toBe(false);
  });

  test('and what nobody can see is freed at once', () => {
    const model = new nn.Sequential(new nn.Linear(3, 50_000), new nn.Tanh(), new nn.Sigmoid());
    torch.noGrad(() => {
      const input = torch.ones(1, 3);
      const before = torch.memory.stats().linear;
      const outputs = Array.from({ length: 4 }, () => model(input));
      // Without it there were twelve tensors of 200 KB, of which the pool of what can be computed again keeps 1 MiB.
      expect(torch.memory.stats().linear - before).toBeLessThan(4.5 * 200_000);
      for (const output of outputs) output.dispose();
    });
  });
});
