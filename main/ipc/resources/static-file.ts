import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { notFound } from './errors';
import { fileResponse } from './file-response';

const MEDIA_TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
};

/** A file of the built window under `root` (out/renderer); `/` is its index.html. Only known types, nothing outside of the root, no listing. Throws AppError FILE_NOT_FOUND. */
export async function staticFile(request: Request, root: string): Promise<Response> {
  const { pathname } = new URL(request.url);
  const name = pathname === '/' ? '/index.html' : decoded(pathname);
  const mediaType = MEDIA_TYPES[path.extname(name).toLowerCase()];
  if (mediaType === undefined || name.includes('\0') || name.includes('\\') || name.split('/').some((part) => part.startsWith('.'))) throw notFound(pathname);
  const [folder, file] = await Promise.all([root, path.join(root, name)].map((each) => realpath(each).catch(() => '')));
  if (!file || !folder || !file.startsWith(folder + path.sep)) throw notFound(pathname);
  return fileResponse(request, file, { mediaType, immutable: /^\/assets\/.*-[\w-]{8}\.\w+$/.test(name) }); // the build puts a hash of the content into these names
}

function decoded(pathname: string): string {
  try {
    return decodeURIComponent(pathname);
  } catch {
    throw notFound(pathname);
  }
}
