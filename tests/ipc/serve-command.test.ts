/** `mamba-studio serve` and `npm start` as a user runs them. */
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { startServer } from '../e2e/support/studio';
import { runCli } from '../support/command-line';
import { temporaryFolders } from '../support/temporary-folder';
import { askRaw } from './support/serving';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const folder = temporaryFolders();

const enter = (url: string) => askRaw(Number(new URL(url).port), `/${new URL(url).search}`, {});

describe('serve', () => {
  it('prints its address as JSON, lets in who has it, and ends with Ctrl-C', async () => {
    const dataDir = path.join(folder(), 'data');
    const server = await startServer(['--data-dir', dataDir]);
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}$/);
    expect((await enter(server.url)).status).toBe(303);
    expect(await server.end()).toBe(0);
    expect(server.stderr()).toBe('');
    await expect(enter(server.url)).rejects.toThrow('ECONNREFUSED');
    expect(existsSync(path.join(dataDir, 'in-use'))).toBe(false);
  });

  it('killed at once, it starts again on the same folder', async () => {
    const dataDir = path.join(folder(), 'data');
    const killed = await startServer(['--data-dir', dataDir]);
    killed.process.kill('SIGKILL');
    await new Promise((resolve) => killed.process.once('close', resolve));
    const again = await startServer(['--data-dir', dataDir]);
    expect((await enter(again.url)).status).toBe(303);
    expect((await enter(again.url.replace(/token=.*/, new URL(killed.url).search.slice(1)))).status).toBe(403);
    await again.end();
  });

  it('one at a time has a data folder', async () => {
    const dataDir = path.join(folder(), 'data');
    const first = await startServer(['--data-dir', dataDir]);
    const second = await runCli(['serve', '--no-open', '--data-dir', dataDir]);
    expect(second).toMatchObject({ exitCode: 2, stdout: '' });
    expect(second.stderr).toMatch(/^error NOT_AVAILABLE: .*\n.*--data-dir/);
    expect((await enter(first.url)).status).toBe(303);
    await first.end();
  });

  it('a port that is taken is an error, and the data folder is free again', async () => {
    const dataDir = path.join(folder(), 'data');
    const taken = net.createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const { port } = taken.address() as net.AddressInfo;
    const { exitCode, stderr } = await runCli(['serve', '--no-open', '--data-dir', dataDir, '--port', String(port)]);
    taken.close();
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`error NOT_AVAILABLE: Port ${port}`);
    expect(existsSync(path.join(dataDir, 'in-use'))).toBe(false);
  });

  it.each([
    ['a folder that is not there', ['/nowhere/at/all'], 'FILE_NOT_FOUND'],
    ['a port that is none', ['--port', '65536'], 'from 0 to 65535'],
    ['a port with letters', ['--port', '80a'], 'from 0 to 65535'],
    ['an unknown option', ['--host', '0.0.0.0'], 'unknown option'],
  ])('%s is wrong usage', async (_, args, message) => {
    const { exitCode, stderr, stdout } = await runCli(['serve', '--no-open', '--data-dir', folder(), ...args]);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });

  it('help says how it is used through SSH', async () => {
    expect((await runCli(['serve', '--help'])).stdout).toMatch(/ssh -L 4000:127\.0\.0\.1:4000/);
  });
});

describe('npm start', { skip: process.platform === 'win32' }, () => {
  function start(args: string[], env: NodeJS.ProcessEnv = {}) {
    const child = spawn(process.execPath, [path.join(ROOT, 'start.mjs'), ...args], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (data) => (output += String(data)));
    child.stderr.on('data', (data) => (output += String(data)));
    return { child, output: () => output, ended: new Promise<number | null>((resolve) => child.once('close', resolve)) };
  }

  it('serves where Electron is not installed, and ends when it is told to', async () => {
    const started = start(['--browser', '--no-open', '--data-dir', path.join(folder(), 'data')]);
    await expect.poll(started.output).toContain('http://127.0.0.1:');
    started.child.kill('SIGTERM');
    expect(await started.ended).toBe(0);
  });

  it('opens Electron where it is, with the files that were named', async () => {
    const dist = folder();
    mkdirSync(dist, { recursive: true });
    writeFileSync(path.join(dist, 'electron'), '#!/bin/sh\necho "electron: $@"\nexit 7\n');
    chmodSync(path.join(dist, 'electron'), 0o755);
    const started = start(['cell.png'], { ELECTRON_OVERRIDE_DIST_PATH: dist });
    expect(await started.ended).toBe(7);
    expect(started.output()).toContain(`electron: ${ROOT} cell.png`);
  });
});
