/** The bridge of a browser window against a small real server. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { BridgeError } from '../../renderer/bridge/bridge';
import { webSocketBridge, type WebSocketBridge, type WebSocketOptions } from '../../renderer/bridge/websocket';

type Answer = (message: { id: number; call: string; params: unknown }, socket: WebSocket) => void;

let server: Server;
let sockets: WebSocketServer;
let origin: string;
let answer: Answer;
const bridges: WebSocketBridge[] = [];

async function listen(port = 0) {
  server = createServer((request, response) => {
    if (request.url === '/result/job/transcript') response.end('{"language":"en"}');
    else response.writeHead(404, { 'content-type': 'application/json' }).end(JSON.stringify({ code: 'NOT_ALLOWED', message: 'expected an open file', hint: 'open it' }));
  });
  sockets = new WebSocketServer({ server, path: '/ws' });
  sockets.on('connection', (socket) => socket.on('message', (data) => answer(JSON.parse(String(data)) as never, socket)));
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function stop() {
  for (const socket of sockets.clients) socket.terminate();
  sockets.close();
  await new Promise((resolve) => server.close(resolve));
}

function open(options: Partial<WebSocketOptions> = {}) {
  const bridge = webSocketBridge({ origin, connect: (url) => new WebSocket(url) as never, firstDelay: 20, longestDelay: 80, ...options });
  bridges.push(bridge);
  return bridge;
}

const change = (bridge: WebSocketBridge, wanted: boolean) =>
  new Promise<void>((resolve) => {
    const end = bridge.onConnection((connected) => {
      if (connected !== wanted) return;
      end();
      resolve();
    });
  });
const codeOf = (work: Promise<unknown>) => work.then(() => 'no error', (error: unknown) => (error as BridgeError).report.code);
const send = (text: string) => sockets.clients.forEach((socket) => socket.send(text));
const result = (id: number, value: unknown) => JSON.stringify({ id, result: value });

beforeEach(async () => {
  answer = ({ id }, socket) => socket.send(result(id, []));
  await listen();
});
afterEach(async () => {
  for (const bridge of bridges.splice(0)) bridge.close();
  await stop().catch(() => undefined);
});

describe('calls', () => {
  it('that are made before the connection stands are sent when it does', async () => {
    answer = ({ id, call, params }, socket) => socket.send(result(id, { call, params }));
    expect(await open().call('jobs.cancel', { job: 'a' })).toEqual({ call: 'jobs.cancel', params: { job: 'a' } });
  });

  it('find their own answers, whatever their order', async () => {
    const held: (() => void)[] = [];
    answer = ({ id, call }, socket) => {
      held.push(() => socket.send(result(id, call)));
      if (held.length === 2) held.reverse().forEach((go) => go());
    };
    const bridge = open();
    expect(await Promise.all([bridge.call('jobs.list', {}), bridge.call('models.list', {})])).toEqual(['jobs.list', 'models.list']);
  });

  it('reject with the report that came', async () => {
    const report = { code: 'DISK_FULL', message: 'expected 5 MB of space, 0 are left', hint: 'free some' };
    answer = ({ id }, socket) => socket.send(JSON.stringify({ id, error: report }));
    await expect(open().call('jobs.list', {})).rejects.toMatchObject({ name: 'BridgeError', report });
  });

  it('survive nonsense from the other side', async () => {
    answer = ({ id }, socket) => {
      for (const text of ['no json', '{}', '[]', 'null', '{"id":"x"}', result(id + 1000, 1)]) socket.send(text);
      socket.send(result(id, 'right'));
    };
    expect(await open().call('jobs.list', {})).toBe('right');
  });

  it('reject with CONNECTION_LOST when it breaks, and at once while it is broken', async () => {
    answer = () => undefined;
    const bridge = open();
    await change(bridge, true);
    const pending = codeOf(bridge.call('jobs.list', {}));
    await stop();
    expect(await pending).toBe('CONNECTION_LOST');
    expect(bridge.connected).toBe(false);
    expect(await codeOf(bridge.call('jobs.list', {}))).toBe('CONNECTION_LOST');
    await listen();
  });

  it('reject where nobody listens', async () => {
    const bridge = open({ origin: 'http://127.0.0.1:9' });
    expect(await codeOf(bridge.call('jobs.list', {}))).toBe('CONNECTION_LOST');
  });
});

describe('connection', () => {
  it('comes back by itself, with listeners in place', async () => {
    const bridge = open();
    const heard: string[] = [];
    bridge.on('removed', ({ job }) => heard.push(job));
    await change(bridge, true);
    const port = Number(new URL(origin).port);
    const down = change(bridge, false);
    await stop();
    await down;
    const up = change(bridge, true);
    await listen(port);
    await up;
    send('{"event":"removed","body":{"job":"after"}}');
    await expect.poll(() => heard).toEqual(['after']);
  });

  it('is not tried again once closed', async () => {
    const bridge = open();
    await change(bridge, true);
    bridge.close();
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(sockets.clients.size).toBe(0);
    expect(await codeOf(bridge.call('jobs.list', {}))).toBe('CONNECTION_LOST');
  });
});

it('an event reaches its listeners only if it fits the contract', async () => {
  const bridge = open();
  const heard: unknown[] = [];
  bridge.on('notice', (body) => heard.push(body));
  await change(bridge, true);
  send('{"event":"notice","body":{"level":"loud","message":"x"}}');
  send('{"event":"notice","body":null}');
  send('{"event":"unheard-of","body":1}');
  send('{"event":"constructor","body":1}');
  send('{"event":"notice","body":{"level":"warn","message":"restarted"}}');
  await expect.poll(() => heard).toEqual([{ level: 'warn', message: 'restarted' }]);
});

describe('resources', () => {
  it('are fetched from the same origin', async () => {
    expect(await (await open().fetch('/result/job/transcript')).json()).toEqual({ language: 'en' });
  });
  it('reject with the report of the answer', async () => {
    await expect(open().fetch('/media/none')).rejects.toMatchObject({ report: { code: 'NOT_ALLOWED', hint: 'open it' } });
  });
  it('reject with CONNECTION_LOST where nobody listens', async () => {
    expect(await codeOf(open({ origin: 'http://127.0.0.1:9' }).fetch('/media/none'))).toBe('CONNECTION_LOST');
  });
});

describe('uploads', () => {
  const file = (name: string, bytes: number) => new File([new Uint8Array(bytes)], name);
  const opened = (name: string) => ({ files: [{ id: name.replace(/\W/g, '-'), name, kind: 'image', bytes: 1, path: '' }], rejected: [] });

  it('go one after the other, and one that fails stops none of the others', async () => {
    const urls: string[] = [];
    const fractions: number[] = [];
    const bridge = open({
      upload: async (url, one, sent) => {
        urls.push(url);
        sent(one.size);
        if (one.name === 'b.png') throw new BridgeError({ code: 'DISK_FULL', message: 'no space', hint: '' });
        if (one.name === 'c.png') return { files: 'nonsense' };
        return opened(one.name);
      },
    });
    const answered = await bridge.openFiles([file('ä b.png', 10), file('b.png', 30), file('c.png', 20), file('d.png', 40)], (fraction) => fractions.push(fraction));
    expect(urls[0]).toBe(`${origin}/upload?name=%C3%A4%20b.png`);
    expect(answered.files.map((one) => one.name)).toEqual(['ä b.png', 'd.png']);
    expect(answered.rejected.map((one) => [one.name, one.error.code])).toEqual([['b.png', 'DISK_FULL'], ['c.png', 'INTERNAL']]);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions.at(-1)).toBe(1);
  });
});
