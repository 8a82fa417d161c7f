import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from 'vitest';

export interface ServedFile {
  bytes: Uint8Array;
  breakAfter?: number; // bytes: the connection is cut there, once
  ignoreRange?: boolean;
  noLength?: boolean;
  status?: number; // instead of the file
  stall?: boolean; // sends the first half, then nothing, once
}

/** A small web server of files in memory, for what a public one cannot be made to do on request. `requests` lists the ranges asked for, '' for all. */
export async function serveFiles(files: Record<string, ServedFile>): Promise<{ url: (name: string) => string; requests: string[] }> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const file = files[request.url!.slice(1)];
    const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
    requests.push(request.headers.range ?? '');
    if (!file) return void response.writeHead(404).end();
    if (file.status) return void response.writeHead(file.status).end();
    const part = range !== null && !file.ignoreRange;
    const [from, size] = [part ? Number(range[1]) : 0, file.bytes.length];
    const last = part && range[2] !== '' ? Number(range[2]) : size - 1;
    response.writeHead(part ? 206 : 200, { ...(!file.noLength && { 'content-length': last + 1 - from }), ...(part && { 'content-range': `bytes ${from}-${last}/${size}` }) });
    if (file.stall) {
      delete file.stall;
      return void response.write(file.bytes.subarray(from, size / 2));
    }
    if (file.breakAfter !== undefined && from < file.breakAfter) {
      const end = file.breakAfter;
      delete file.breakAfter;
      return void response.write(file.bytes.subarray(from, end), () => setTimeout(() => response.destroy(), 30));
    }
    response.end(file.bytes.subarray(from, last + 1));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  servers.push(server);
  return { url: (name) => `http://127.0.0.1:${(server.address() as AddressInfo).port}/${name}`, requests };
}

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});
