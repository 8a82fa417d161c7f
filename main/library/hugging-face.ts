/** Names files of the Hugging Face Hub: `hf:owner/name`, or `hf:owner/name/path/of/file`. The Hub's HTTP API: huggingface.co/docs/hub/api. */
import path from 'node:path';
import { z } from 'zod';
import { AppError } from '../contract/errors';
import { SUFFIXES } from '../contract/media';
import type { Wanted } from './download';
import { fetchUrl } from './network';

const PREFIX = 'hf:';
const WEIGHTS = SUFFIXES.model.filter((suffix) => suffix !== 'zip');
const ANSWER_MS = 30_000;
const MAX_SHOWN = 20;

/** Where the Hub is, as its own tools are told. */
export const hubEndpoint = () => process.env.HF_ENDPOINT ?? 'https://huggingface.co';

export interface HubFile extends Wanted {
  name: string; // in the repository
  page: string; // for people
  licence: string | undefined;
  /** config.json of the repository, if it has one */
  config: Wanted | undefined;
}

const repository = z.object({
  sha: z.string().regex(/^[0-9a-f]{7,64}$/),
  siblings: z.array(z.object({ rfilename: z.string().min(1), size: z.int().nonnegative().optional(), lfs: z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/), size: z.int().nonnegative() }).nullish() })),
  cardData: z.object({ license: z.unknown() }).nullish(),
});

export function isHubName(name: string): boolean {
  return name.startsWith(PREFIX);
}

/** Asks the Hub what there is. Throws UNKNOWN_MODEL with what was found, DOWNLOAD_FAILED, CANCELLED. */
export async function findOnHub(name: string, signal: AbortSignal, endpoint = hubEndpoint()): Promise<HubFile> {
  const parts = /^hf:([\w.-]+\/[\w.-]+)(?:\/(.+))?$/.exec(name);
  if (!parts || parts[1]!.split('/').some((part) => /^\.+$/.test(part))) {
    throw new AppError('UNKNOWN_MODEL', `${name} is no name of the Hugging Face Hub`, 'Write hf:owner/name, or hf:owner/name/file for one of its files.');
  }
  const [, id, file] = parts as unknown as [string, string, string | undefined];
  const { sha, siblings, cardData } = await ask(`${endpoint}/api/models/${id}?blobs=true`, id, signal);
  const names = siblings.map(({ rfilename }) => rfilename);
  const chosen = choose(id, names, file);
  const wanted = (rfilename: string): Wanted => {
    const { size, lfs } = siblings.find((sibling) => sibling.rfilename === rfilename)!;
    const bytes = lfs?.size ?? size;
    if (bytes === undefined) throw new AppError('DOWNLOAD_FAILED', `The Hub does not say how large ${rfilename} of ${id} is`, 'Download the file by hand and add it as a file.');
    return { url: `${endpoint}/${id}/resolve/${sha}/${rfilename.split('/').map(encodeURIComponent).join('/')}`, bytes, ...(lfs && { sha256: lfs.sha256 }) };
  };
  return {
    ...wanted(chosen),
    name: chosen,
    page: `${endpoint}/${id}`,
    licence: typeof cardData?.license === 'string' ? cardData.license : undefined,
    config: names.includes('config.json') ? wanted('config.json') : undefined,
  };
}

async function ask(url: string, id: string, signal: AbortSignal): Promise<z.infer<typeof repository>> {
  const lost = (why: string) => new AppError('DOWNLOAD_FAILED', `The Hugging Face Hub could not be asked about ${id}: ${why}`, 'Check the connection; without one, add a model as a file.');
  const response = await fetchUrl(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]) }).catch((error: Error & { cause?: Error }) => {
    throw signal.aborted ? new AppError('CANCELLED', 'Cancelled') : lost(error.cause?.message ?? error.message);
  });
  if ([401, 403, 404].includes(response.status)) throw new AppError('UNKNOWN_MODEL', `The Hugging Face Hub shows no model ${id} (HTTP ${response.status})`, 'Check the name. A model that needs a login must be downloaded by hand and added as a file.');
  if (!response.ok) throw lost(`HTTP ${response.status}`);
  const parsed = repository.safeParse(await response.json().catch((error: Error) => Promise.reject(signal.aborted ? new AppError('CANCELLED', 'Cancelled') : lost(error.message))));
  if (!parsed.success) throw lost('its answer is of another form');
  return parsed.data;
}

/** The named file, or the only one that can be weights, safetensors first. */
function choose(id: string, names: readonly string[], wanted: string | undefined): string {
  const weights = names.filter((name) => WEIGHTS.includes(path.posix.extname(name).slice(1).toLowerCase()));
  const shown = (list: readonly string[]) => `${list.slice(0, MAX_SHOWN).join(', ')}${list.length > MAX_SHOWN ? ` and ${list.length - MAX_SHOWN} more` : ''}` || 'none';
  if (wanted !== undefined) {
    if (names.includes(wanted)) return wanted;
    throw new AppError('UNKNOWN_MODEL', `${id} has no file ${wanted}`, `Its weights: ${shown(weights)}.`);
  }
  const safe = weights.filter((name) => name.endsWith('.safetensors'));
  const [only, ...others] = safe.length > 0 ? safe : weights;
  if (only !== undefined && others.length === 0) return only;
  if (only === undefined) throw new AppError('UNKNOWN_MODEL', `${id} has no file of weights; its files: ${shown(names)}`, 'Name another model.');
  throw new AppError('UNKNOWN_MODEL', `${id} has several files of weights: ${shown([only, ...others])}`, `Name one of them, for example hf:${id}/${only}`);
}
