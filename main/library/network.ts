/**
 * HTTP as this computer is set up for it: through HTTPS_PROXY and HTTP_PROXY but for NO_PROXY, and with the certificates of the system where this
 * Node can read them (22.15 and later; before that, those of NODE_EXTRA_CA_CERTS).
 */
import tls from 'node:tls';
import { EnvHttpProxyAgent, fetch as fetchWith } from 'undici';

/** As the global `fetch`, of which there is only one in a process: what is set for it would be set for all. */
export const fetchUrl = (url: string, init: { headers?: Record<string, string>; signal: AbortSignal }): Promise<Response> =>
  fetchWith(url, { ...init, dispatcher: (agent ??= openAgent()) }) as unknown as Promise<Response>;

let agent: EnvHttpProxyAgent | undefined;

function openAgent(): EnvHttpProxyAgent {
  const ca = systemCertificates();
  return new EnvHttpProxyAgent(ca ? { connect: { ca }, requestTls: { ca }, proxyTls: { ca } } : {});
}

function systemCertificates(): string[] | undefined {
  const { getCACertificates } = tls as typeof tls & { getCACertificates?: (kind: 'default' | 'system') => string[] };
  return getCACertificates && [...getCACertificates('default'), ...getCACertificates('system')];
}
