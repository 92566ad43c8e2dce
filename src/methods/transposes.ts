/** The attributes of a tensor that are views of it. */
import { permute, t, transpose } from '../ops/view/view.ts';
import { Tensor } from '../tensor/tensor.ts';

export interface Transposes {
  /** The transpose of a matrix; of a tensor of other rank, its dimensions reversed. */
  readonly T: Tensor;
  /** The last two dimensions exchanged. */
  readonly mT: Tensor;
}

const attributes: Record<keyof Transposes, PropertyDescriptor & ThisType<Tensor>> = {
  T: {
    get() {
      return permute(this, [...this.dims.keys()].reverse());
    },
  },
  mT: {
    get() {
      return this.dims.length === 0 ? t(this) : transpose(this, -2, -1);
    },
  },
};

Object.defineProperties(Tensor.prototype, attributes);
