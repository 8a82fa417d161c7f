/**
 * HTTP as this computer is set up for it: through HTTPS_PROXY and HTTP_PROXY but for NO_PROXY, and with the certificates of the system where this
 * Node can read them (22.15 and later; before that, those of NODE_EXTRA_CA_CERTS).
 */
import tls from 'node:tls';
import type { EnvHttpProxyAgent } from 'undici';

/** As the global `fetch`, of which there is only one in a process: what is set for it would be set for all. */
export async function fetchUrl(url: string, init: { headers?: Record<string, string>; signal: AbortSignal }): Promise<Response> {
  const undici = await import('undici'); // it takes a quarter of a command's start, and few go to the network
  agent ??= openAgent(undici);
  return (await undici.fetch(url, { ...init, dispatcher: agent })) as unknown as Response;
}

let agent: EnvHttpProxyAgent | undefined;

function openAgent(undici: typeof import('undici')): EnvHttpProxyAgent {
  const ca = systemCertificates();
  return new undici.EnvHttpProxyAgent(ca ? { connect: { ca }, requestTls: { ca }, proxyTls: { ca } } : {});
}

function systemCertificates(): string[] | undefined {
  const { getCACertificates } = tls as typeof tls & { getCACertificates?: (kind: 'default' | 'system') => string[] };
  return getCACertificates && [...getCACertificates('default'), ...getCACertificates('system')];
}
