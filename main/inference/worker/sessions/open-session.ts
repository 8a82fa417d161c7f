import { availableParallelism } from 'node:os';
import { loadNative, NativeUnavailableError, type NativeKernels, type SessionOptions } from '../../../../native-kernels/lib';
import { AppError } from '../../../contract/errors';
import type { Device, SessionDevice } from '../../../contract/job';
import type { ModelSession } from '../pipeline/context';

/** Of a model's inputs: those of pictures are as many as there are pictures. */
export type Shapes = NonNullable<SessionOptions['shapes']>;

/** Which formulation of a model a device needs, and how to open it. */
export interface SessionPlan {
  device: SessionDevice;
  lowering: 'native' | 'portable';
  /** A ModelProto, or the path of one. 0 threads: all processors. */
  open(onnx: Uint8Array | string, threads: number, shapes?: Shapes): Promise<ModelSession>;
}

/**
 * Decides where a session runs. `notice` is told when the native kernels are missing and the portable path stands in.
 * Throws AppError NATIVE_FAILED when `native` is demanded and missing.
 */
export function planSession(device: Device, notice: (message: string) => void): SessionPlan {
  const portable = (on: 'portable' | 'webgpu'): SessionPlan => ({
    device: on,
    lowering: 'portable',
    open: async (onnx, threads) => {
      const { openPortableSession } = await import('./portable');
      return openPortableSession(onnx, on === 'webgpu' ? 'webgpu' : 'cpu', optionsFor(threads)).catch((error: Error) => {
        throw new AppError('NATIVE_FAILED', `ONNX Runtime could not open the model on ${on}: ${error.message}`, 'Try --device cpu.');
      });
    },
  });
  if (device === 'webgpu' || device === 'portable') return portable(device);
  try {
    const native: NativeKernels = loadNative();
    return { device: 'native', lowering: 'native', open: async (onnx, threads, shapes = 'many') => openNative(native, onnx, { ...optionsFor(threads), shapes }) };
  } catch (error) {
    if (!(error instanceof NativeUnavailableError)) throw error;
    if (device === 'native') throw new AppError('NATIVE_FAILED', error.message, 'Install g++ and cmake and run "npm run build", or use --device portable.');
    notice(`The native kernels cannot be used (${error.message}); the slower portable path stands in.`);
    return portable('portable');
  }
}

const optionsFor = (threads: number) => ({ threads: threads === 0 ? availableParallelism() : threads });

function openNative(native: NativeKernels, onnx: Uint8Array | string, options: SessionOptions): ModelSession {
  try {
    return native.openSession(onnx, options);
  } catch (error) {
    throw new AppError('NATIVE_FAILED', `ONNX Runtime could not open the model with the native kernels: ${(error as Error).message}`, 'Try --device portable.');
  }
}
