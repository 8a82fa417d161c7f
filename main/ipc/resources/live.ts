import { AppError } from '../../contract/errors';
import type { Services } from '../handlers/services';
import { readBody } from './body';
import type { Route } from './index';

const LIMIT_BYTES = 4 << 20; // over a minute of sound
const SAMPLE_BYTES = 4;

export function liveRoutes({ live }: Pick<Services, 'live'>): Route[] {
  return [
    {
      methods: ['POST'],
      pattern: /^\/live\/([\w-]+)$/,
      async answer(request, session) {
        const bytes = await readBody(request, LIMIT_BYTES);
        if (bytes.length % SAMPLE_BYTES !== 0) throw new AppError('BAD_INPUT', `Sound comes as 32-bit floats; ${bytes.length} bytes are no whole number of them`, 'Reload the window.');
        await live.push(session!, samplesOf(bytes));
        return new Response(null, { status: 204 });
      },
    },
  ];
}

/** Little-endian on any machine. */
function samplesOf(bytes: Uint8Array<ArrayBuffer>): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from({ length: bytes.length / SAMPLE_BYTES }, (_, index) => view.getFloat32(index * SAMPLE_BYTES, true));
}
