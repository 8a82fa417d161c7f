/** Who may talk to the web server: the browser that came with the token, from a page of this server, under a name of this machine. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { chmod, readFile } from 'node:fs/promises';
import { z } from 'zod';
import { AppError } from '../contract/errors';
import { writeAtomic } from '../fs/atomic-write';

const SECRET_BYTES = 32;
const newSecret = () => randomBytes(SECRET_BYTES).toString('base64url');
/** An SSH tunnel may end at another port, so any port is right; a page that rebinds its name to 127.0.0.1 still sends that name. */
const LOOPBACK_HOST = /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/i;
const keptCookie = z.object({ name: z.string().regex(/^mamba-studio-[0-9a-f]{8}$/), secret: z.string().regex(/^[\w-]{43}$/) });

export class Session {
  /** Stands in the address that is printed. */
  readonly token = newSecret();
  private readonly tickets = new Set<string>();

  private constructor(
    private readonly cookieName: string,
    private readonly secret: string,
  ) {}

  /**
   * `file` keeps the cookie, for this user's eyes only, so that an open window finds its way back after the server was started again. Each start has a new token;
   * a cookie lives as long as the browser that has it.
   */
  static async open(file: string): Promise<Session> {
    const kept = keptCookie.safeParse(await readFile(file, 'utf8').then(JSON.parse).catch(() => undefined));
    // Cookies know no ports: servers side by side on one machine each have their own name.
    const cookie = kept.data ?? { name: `mamba-studio-${randomBytes(4).toString('hex')}`, secret: newSecret() };
    if (!kept.success) await writeAtomic(file, JSON.stringify(cookie), 0o600);
    await chmod(file, 0o600);
    return new Session(cookie.name, cookie.secret);
  }

  get cookie(): string {
    return `${this.cookieName}=${this.secret}; Path=/; HttpOnly; SameSite=Strict`;
  }

  /** A token that works once: for the command line of a browser, which other users of the machine can read. */
  ticket(): string {
    const ticket = newSecret();
    this.tickets.add(ticket);
    return ticket;
  }

  /** Whether this is the token, or a ticket, which is used up then. */
  admits(offered: string): boolean {
    return same(offered, this.token) || [...this.tickets].some((ticket) => same(offered, ticket) && this.tickets.delete(ticket));
  }

  /** Throws AppError NOT_ALLOWED unless the host is this machine. */
  checkHost({ headers }: IncomingMessage): void {
    if (!LOOPBACK_HOST.test(headers.host ?? '')) {
      throw new AppError('NOT_ALLOWED', `This server answers to 127.0.0.1 and localhost, not to ${(headers.host ?? 'no name').slice(0, 100)}`, 'Open the address that it printed when it started.');
    }
  }

  /** Throws AppError NOT_ALLOWED where another site asks: always checked by Origin where something is changed, and by what the browser says of a fetch. */
  checkOrigin({ headers, method }: IncomingMessage, alwaysNamed = method !== 'GET' && method !== 'HEAD'): void {
    const { origin, host } = headers;
    const site = headers['sec-fetch-site'];
    const foreign = origin === undefined ? alwaysNamed : origin !== `http://${host}`;
    if (foreign || (site !== undefined && site !== 'same-origin' && site !== 'none')) {
      throw new AppError('NOT_ALLOWED', `A page of ${(origin ?? 'another site').slice(0, 100)} may not ask this server`, 'Open the address that it printed when it started.');
    }
  }

  /** Throws AppError NOT_ALLOWED without the cookie that the token was changed for. */
  checkCookie({ headers }: IncomingMessage): void {
    const cookies = (headers.cookie ?? '').split(';').map((each) => each.trim());
    const prefix = `${this.cookieName}=`;
    if (!cookies.some((each) => each.startsWith(prefix) && same(each.slice(prefix.length), this.secret))) {
      throw new AppError('NOT_ALLOWED', 'This browser has not shown the token of this server', 'Open the address that it printed when it started; a server that was started again has a new one.');
    }
  }
}

/** In a time that tells nothing of where they differ, nor of the length. */
function same(a: string, b: string): boolean {
  const [one, other] = [a, b].map((text) => createHash('sha256').update(text).digest());
  return timingSafeEqual(one!, other!);
}
