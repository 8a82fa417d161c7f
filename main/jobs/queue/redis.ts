import { Redis } from 'ioredis';
import { AppError } from '../../contract/errors';

const PATIENCE_MS = 5000; // for the first answer
const RETRY_MS = 500;

/** How every connection behaves once the first one has answered: it comes back by itself, and what is asked meanwhile waits. */
export function connectionTo(url: string) {
  return { url, maxRetriesPerRequest: null, retryStrategy: () => RETRY_MS };
}

/** `redis://…` or `rediss://…`, for messages: without the password. */
export function printableUrl(url: string): string {
  const parsed = parse(url);
  if (parsed.password !== '') parsed.password = '***';
  return parsed.href;
}

/** A question or two, answered at once. Throws AppError BAD_USAGE for what is no address, QUEUE_UNREACHABLE where nobody answers, or not as Redis does. */
export async function askRedis<Answer>(url: string, question: (client: Redis) => Promise<Answer>): Promise<Answer> {
  parse(url);
  const client = new Redis(url, { lazyConnect: true, connectTimeout: PATIENCE_MS, maxRetriesPerRequest: 0, retryStrategy: () => null, enableReadyCheck: true });
  let reason = '';
  client.on('error', (error) => (reason = error.message));
  try {
    await client.connect();
    return await question(client);
  } catch (error) {
    const why = reason || (error as Error).message;
    const hint = /auth|pass/i.test(why) ? 'Give the password in the address: redis://:password@host:6379.' : 'Check that Redis runs there and that this machine may reach it.';
    throw new AppError('QUEUE_UNREACHABLE', `A Redis was expected at ${printableUrl(url)}, but it does not answer: ${why}`, hint);
  } finally {
    client.disconnect();
  }
}

function parse(url: string): URL {
  try {
    const parsed = new URL(url);
    if (['redis:', 'rediss:'].includes(parsed.protocol) && parsed.hostname !== '') return parsed;
  } catch {
    // said below
  }
  throw new AppError('BAD_USAGE', `${url} is no address of a Redis`, 'Give one such as redis://host:6379.');
}
