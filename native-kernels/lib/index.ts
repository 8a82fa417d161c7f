/** The native kernels for TypeScript: sessions on ONNX Runtime with our operators, and the operators themselves. */
import { loadAddon, type Addon } from './addon';
import { onnxRuntimePath } from './paths';
import { openSession } from './session';
import type { DirectCall, NativeKernels } from './types';

export { NativeUnavailableError, type NativeError } from './errors';
export type * from './types';

let loaded: NativeKernels | undefined;

/** Throws NativeUnavailableError where the addon is not built or ONNX Runtime has no library for this machine. */
export function loadNative(): NativeKernels {
  return (loaded ??= bind(loadAddon(), onnxRuntimePath()));
}

function bind(addon: Addon, library: string): NativeKernels {
  const direct =
    (operator: string): DirectCall =>
    (inputs, attributes = {}, { isa = '', threads = 1 } = {}) =>
      addon.call(operator, inputs, attributes, isa, threads);
  return {
    openSession: (model, options) => openSession(addon, library, model, options),
    isa: () => addon.isa(),
    isas: () => addon.isas(),
    peakMultiplyAddsPerMs: () => addon.peakMultiplyAddsPerMs(),
    ops: {
      selectiveScan: direct('SelectiveScan'),
      causalConv1d: direct('CausalConv1d'),
      stateSpaceDual: direct('StateSpaceDual'),
      selectiveScan2d: direct('SelectiveScan2d'),
      diagonalStateSpace: direct('DiagonalStateSpace'),
      gatedRmsNorm: direct('GatedRmsNorm'),
      wkv6: direct('Wkv6'),
      wkv7: direct('Wkv7'),
    },
  };
}
