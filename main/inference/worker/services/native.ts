import { loadNative, NativeUnavailableError } from '../../../../native-kernels/lib';
import type { ServiceResult } from '../../../contract/worker-services';

/** Whether our kernels run here, and with which instruction set. */
export async function nativeFacts(): Promise<ServiceResult<'native'>> {
  try {
    return { available: true, isa: loadNative().isa(), reason: '' };
  } catch (error) {
    if (!(error instanceof NativeUnavailableError)) throw error;
    return { available: false, isa: '', reason: error.message };
  }
}
