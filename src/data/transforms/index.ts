/** `torch.transforms`: augmentation of tensors and images, with torchvision's names. */
export { CenterCrop, type CropOptions, type CropSize, type Padding, type PaddingMode, RandomCrop } from './crop.ts';
export { RandomHorizontalFlip, RandomVerticalFlip } from './flip.ts';
export { type Drawable, Resize, type ResizeOptions, ToTensor, toImageData } from './pictures.ts';
export { GaussianNoise, type NoiseOptions, Normalize, type NormalizeOptions } from './pixels.ts';
export { type Interpolation, RandomRotation, type RotationOptions } from './rotate.ts';
export { Compose, Lambda, Transform } from './transform.ts';
