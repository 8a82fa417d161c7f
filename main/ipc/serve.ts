import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { AppError } from '../contract/errors';
import { Grants } from '../fs/grants';
import { packageRoot } from '../fs/package-root';
import type { WorkerChannel } from '../inference/worker-channel';
import { createStudio, type Studio } from '../studio';
import { startWebServer, type WebServer, type WebServerOptions } from './http';

export interface ServeOptions extends Pick<WebServerOptions, 'port' | 'limits'> {
  folders: string[]; // that the window may open files of; single files are opened at once
  dataDir: string;
  spawn: () => WorkerChannel;
  checkResults?: boolean;
}

export interface Serving {
  studio: Studio;
  server: WebServer;
  close(): Promise<void>;
}

/** A studio behind the web server. Throws AppError FILE_NOT_FOUND (a folder), NOT_AVAILABLE (the port), OUTPUT_NOT_WRITABLE (the data folder). */
export async function serve({ folders, dataDir, spawn, checkResults = false, ...rest }: ServeOptions): Promise<Serving> {
  const window = path.join(packageRoot(), 'out', 'renderer');
  if (!existsSync(path.join(window, 'index.html'))) throw new AppError('NOT_AVAILABLE', `The window is not built: ${window} has no index.html`, 'Run npm run build.');
  const grants = await Grants.to(folders);
  const studio = await createStudio({ dataDir, spawn, grants, transport: 'serve', checkResults });
  try {
    const files = folders.filter((name) => statSync(name).isFile());
    if (files.length > 0) await studio.open(files);
    const server = await startWebServer({ studio, window, sessionFile: path.join(dataDir, 'session.json'), ...rest });
    return {
      studio,
      server,
      async close() {
        await server.close();
        await studio.close();
      },
    };
  } catch (error) {
    await studio.close();
    throw error;
  }
}
