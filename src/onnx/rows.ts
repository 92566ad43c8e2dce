/** What each elementwise operation becomes in ONNX, most of them by a formula; other kinds follow in rows-*.ts. */
import { bool, type DType, float32, int32 } from '../tensor/dtype.ts';
import type { Args, Emitter, Operand, Row } from './emit.ts';
import { ARRANGING } from './rows-arrange.ts';
import { PICKING } from './rows-pick.ts';
import { PRODUCTS } from './rows-product.ts';
import { REDUCTIONS } from './rows-reduce.ts';
import { type Attribute, Real } from './write.ts';

/** What a dtype is computed in: ONNX does no arithmetic of booleans. */
const working = (dtype: DType): DType => (dtype === bool ? int32 : dtype);

/**
 * Nodes by a formula, in the result's dtype: `Mul(x,Sigmoid(x))`. x is the input, other words are arguments by their names,
 * `?mask` one that is a boolean; behind a semicolon stand attributes, floats that are arguments, or whole numbers.
 */
const formula =
  (text: string): Row =>
  (g, a, out) => {
    const args = a as unknown as Record<string, Operand>;
    const dtype = working(out.dtype);
    const made = new Map<string, string>();
    let at = 0;
    const word = (): string => {
      const [found] = /^[?\w.-]*/.exec(text.slice(at)) as unknown as [string];
      at += found.length;
      return found;
    };
    const read = (): string => {
      const start = at;
      const name = word();
      let known = made.get(name);
      if (text[at] !== '(') {
        known ??=
          name[0] === '?'
            ? g.of(args[name.slice(1)], bool)
            : g.of(name === 'x' ? a.input : Number.isNaN(Number(name)) ? args[name] : Number(name), dtype);
        made.set(name, known);
        return known;
      }
      const inputs: string[] = [];
      const attributes: Record<string, Attribute> = {};
      while (text[at] !== ')') {
        const named = text[at++] === ';';
        if (!named) inputs.push(read());
        else {
          const key = word();
          at++;
          const value = word();
          attributes[key] = value in args ? new Real(args[value] as number) : Number(value);
        }
      }
      at++;
      // What stands in a formula twice is one node.
      const whole = text.slice(start, at);
      const node = made.get(whole) ?? g.op(name, inputs, attributes);
      made.set(whole, node);
      return node;
    };
    return g.cast(read(), dtype, out.dtype);
  };

/** Of their own name in ONNX. */
const NAMED =
  'abs acos asin atan ceil cos cosh erf exp floor log neg reciprocal relu round selu sigmoid sign sin sinh softplus softsign sqrt tan tanh';

const CUT = 'Mul(Sign(x),Floor(Abs(x)))';
const LEAKY = 'LeakyRelu(x;alpha=';

const FORMULAS = `hypot Sqrt(Add(Mul(x,x),Mul(other,other)))
atan2 Where(Greater(other,0),Atan(Div(x,other)),Where(Less(other,0),Add(Atan(Div(x,other)),Where(Less(x,0),-${Math.PI},${Math.PI})),Mul(Sign(x),${Math.PI / 2})))
logaddexp Add(Max(x,other),Where(Equal(x,other),${Math.LN2},Log(Add(Exp(Neg(Abs(Sub(x,other)))),1))))
xlogy Where(And(Equal(x,0),Not(IsNaN(other))),0,Mul(x,Log(other)))
lerp Add(x,Mul(weight,Sub(end,x)))
add Add(x,other)
addAlpha Add(x,Mul(other,alpha))
sub Sub(x,other)
subAlpha Sub(x,Mul(other,alpha))
mul Mul(x,other)
pow Pow(x,exponent)
div Div(x,other)
divfloor Floor(Div(x,other))
divtrunc ${CUT.replaceAll('x', 'Div(x,other)')}
divfloorInt Div(Sub(x,Mod(x,other)),other)
divtruncInt Div(x,other)
remainder Sub(x,Mul(Floor(Div(x,other)),other))
remainderInt Mod(x,other)
fmod Mod(x,other;fmod=1)
maximum Max(x,other)
minimum Min(x,other)
fmaxInt Max(x,other)
fminInt Min(x,other)
fmax Where(IsNaN(x),other,Where(IsNaN(other),x,Max(x,other)))
fmin Where(IsNaN(x),other,Where(IsNaN(other),x,Min(x,other)))
square Mul(x,x)
rsqrt Reciprocal(Sqrt(x))
expm1 Sub(Exp(x),1)
log1p Log(Add(x,1))
log2 Mul(Log(x),${Math.LOG2E})
log10 Mul(Log(x),${Math.LOG10E})
erfc Sub(1,Erf(x))
trunc ${CUT}
frac Sub(x,${CUT})
identity Identity(x)
roundBy Div(Round(Mul(x,by)),by)
clampMin Max(x,min)
clampMax Min(x,max)
clamp Min(Max(x,min),max)
nanToNum Where(IsNaN(x),nan,Where(Equal(x,Infinity),posinf,Where(Equal(x,-Infinity),neginf,x)))
where Where(?condition,x,other)
maskedFill Where(?mask,value,x)
celu Celu(x;alpha=alpha)
elu Elu(x;alpha=alpha)
leakyRelu ${LEAKY}negativeSlope)
rrelu ${LEAKY}by)
hardsigmoid Div(Clip(Add(x,3),0,6),6)
hardswish Div(Mul(x,Clip(Add(x,3),0,6)),6)
hardtanh Clip(x,minVal,maxVal)
relu6 Clip(x,0,6)
silu Mul(x,Sigmoid(x))
mish Mul(x,Tanh(Softplus(x)))
gelu Mul(Mul(x,Add(Erf(Mul(x,${Math.SQRT1_2})),1)),0.5)
geluTanh Mul(Mul(x,Add(Tanh(Mul(Add(x,Mul(Mul(Mul(x,x),x),0.044715)),${Math.sqrt(2 / Math.PI)})),1)),0.5)
softplusBy Where(Greater(Mul(x,beta),threshold),x,Div(Softplus(Mul(x,beta)),beta))
logsigmoid Neg(Softplus(Neg(x)))
threshold Where(LessOrEqual(x,threshold),value,x)
hardshrink Where(LessOrEqual(Abs(x),lambd),0,x)
softshrink Sub(x,Clip(x,Neg(lambd),lambd))`;

const BY_FORMULA: Record<string, Row> = Object.fromEntries([
  ...NAMED.split(' ').map((name) => [name, formula(`${name[0].toUpperCase()}${name.slice(1)}(x)`)]),
  ...FORMULAS.split('\n').map((line) => [line.slice(0, line.indexOf(' ')), formula(line.slice(line.indexOf(' ') + 1))]),
]);

/** One of several formulas, which the arguments choose. */
const chosen =
  (choose: (a: Args, float: boolean) => string, more: (a: Args, dtype: DType) => object = () => ({})): Row =>
  (g, a, out, outs) =>
    BY_FORMULA[choose(a, out.dtype.isFloatingPoint)](g, { ...a, ...more(a, out.dtype) }, out, outs);

const division = (mode: (a: Args) => string): Row =>
  chosen((a, float) => `div${mode(a)}${float || mode(a) === '' ? '' : 'Int'}`);
const scaled = (name: string): Row => chosen(({ alpha }) => (Number(alpha ?? 1) === 1 ? name : `${name}Alpha`));
/** Integers stay as they are. */
const rounding = (name: string): Row => chosen((_, float) => (float ? name : 'identity'));
const ofInts = (name: string): Row => chosen((_, float) => (float ? name : `${name}Int`));
const asItIs = BY_FORMULA.identity;

/** A comparison, in the dtype in which both meet. */
const compare =
  (op: string, not = false): Row =>
  (g, { input, other, joint }, out) => {
    const dtype = op === 'Equal' ? joint : working(joint);
    const made = g.op(op, [g.of(input, dtype), g.of(other, dtype)]);
    return g.cast(not ? g.op('Not', [made]) : made, bool, out.dtype);
  };
const logical =
  (op: string): Row =>
  (g, { input, other }, out) =>
    g.cast(
      g.op(op, other === undefined ? [g.of(input, bool)] : [g.of(input, bool), g.of(other, bool)]),
      bool,
      out.dtype,
    );

/** A test of floats; integers are them. */
const test =
  (write: (g: Emitter, x: string) => string): Row =>
  (g, { input }) =>
    write(g, g.of(input, input.dtype.isFloatingPoint ? input.dtype : float32));

export const ROWS: Readonly<Record<string, Row>> = {
  ...BY_FORMULA,
  add: scaled('add'),
  sub: scaled('sub'),
  div: division(({ roundingMode }) => roundingMode ?? ''),
  trueDivide: division(() => ''),
  floorDivide: division(() => 'floor'),
  remainder: ofInts('remainder'),
  fmax: ofInts('fmax'),
  fmin: ofInts('fmin'),
  ceil: rounding('ceil'),
  floor: rounding('floor'),
  trunc: rounding('trunc'),
  round: chosen(
    ({ decimals }, float) => (!float ? 'identity' : decimals ? 'roundBy' : 'round'),
    ({ decimals }) => ({ by: 10 ** (decimals ?? 0) }),
  ),
  clamp: chosen(({ min, max }) => (min === null ? 'clampMax' : max === null ? 'clampMin' : 'clamp')),
  nanToNum: chosen(
    (_, float) => (float ? 'nanToNum' : 'identity'),
    (a, dtype) => {
      const { nan, posinf, neginf } = a as unknown as Record<string, number | null>;
      const most = dtype === float32 ? 3.4028234663852886e38 : Number.MAX_VALUE;
      return { nan: nan ?? 0, posinf: posinf ?? most, neginf: neginf ?? -most };
    },
  ),
  leakyRelu: chosen(
    () => 'leakyRelu',
    ({ negativeSlope, other }) => ({ negativeSlope: negativeSlope ?? other }),
  ),
  rrelu: chosen(
    () => 'rrelu',
    ({ lower, upper }) => ({ by: (lower + upper) / 2 }),
  ),
  gelu: chosen(({ approximate }) => (approximate === 'tanh' ? 'geluTanh' : 'gelu')),
  softplus: chosen(({ beta = 1, threshold = 20 }) => (beta === 1 && threshold === 20 ? 'softplus' : 'softplusBy')),
  prelu: (g, { input, weight }) => {
    const rank = input.dims.length;
    const channels = rank < 2 ? weight.dims : [...weight.dims, ...new Array<number>(rank - 2).fill(1)];
    const slope = rank === 0 ? [] : weight.dims[0] === 1 ? [1] : channels;
    const given = g.of(weight);
    return g.op('PRelu', [g.of(input), slope.length === weight.dims.length ? given : g.reshape(given, slope)]);
  },
  eq: compare('Equal'),
  ne: compare('Equal', true),
  lt: compare('Less'),
  le: compare('LessOrEqual'),
  gt: compare('Greater'),
  ge: compare('GreaterOrEqual'),
  logicalAnd: logical('And'),
  logicalOr: logical('Or'),
  logicalXor: logical('Xor'),
  logicalNot: logical('Not'),
  isnan: test((g, x) => g.op('IsNaN', [x])),
  isinf: test((g, x) => g.op('IsInf', [x])),
  isfinite: test((g, x) => g.op('Not', [g.op('Or', [g.op('IsNaN', [x]), g.op('IsInf', [x])])])),
  positive: asItIs,
  dropout: asItIs,
  alphaDropout: asItIs,
  dropout1d: asItIs,
  ...REDUCTIONS,
  ...ARRANGING,
  ...PICKING,
  ...PRODUCTS,
};
