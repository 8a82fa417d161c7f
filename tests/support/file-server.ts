import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from 'vitest';

export interface ServedFile {
  bytes: Uint8Array;
  breakAfter?: number; // bytes: the connection is cut there, once
  ignoreRange?: boolean;
  status?: number; // instead of the file
  stall?: boolean; // sends the first half, then nothing, once
}

/** A small web server of files in memory, for what a public one cannot be made to do on request. `requests` lists the ranges asked for, '' for all. */
export async function serveFiles(files: Record<string, ServedFile>): Promise<{ url: (name: string) => string; requests: string[] }> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const file = files[request.url!.slice(1)];
    const range = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
    requests.push(request.headers.range ?? '');
    if (!file) return void response.writeHead(404).end();
    if (file.status) return void response.writeHead(file.status).end();
    const from = range && !file.ignoreRange ? Number(range[1]) : 0;
    const size = file.bytes.length;
    const headers = { 'content-length': size - from, ...(from > 0 && { 'content-range': `bytes ${from}-${size - 1}/${size}` }) };
    response.writeHead(from > 0 ? 206 : 200, headers);
    if (file.stall) {
      delete file.stall;
      return void response.write(file.bytes.subarray(from, size / 2));
    }
    if (file.breakAfter !== undefined && from < file.breakAfter) {
      const end = file.breakAfter;
      delete file.breakAfter;
      return void response.write(file.bytes.subarray(from, end), () => setTimeout(() => response.destroy(), 30));
    }
    response.end(file.bytes.subarray(from));
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
