import os from 'node:os';
import path from 'node:path';
import { packageRoot } from '../fs/package-root';
import type { WorkerChannel } from '../inference/worker-channel';
import { createStudio, Grants, type Studio } from '../studio';
import { startWebServer, type WebServer, type WebServerOptions } from './http';

export interface ServeOptions extends Pick<WebServerOptions, 'port' | 'limits'> {
  folders: string[];
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
  const grants = await Grants.to(folders);
  const studio = await createStudio({ dataDir, spawn, grants, transport: 'serve', checkResults });
  const close = async () => {
    await studio.close();
  };
  try {
    const server = await startWebServer({ studio, window: path.join(packageRoot(), 'out', 'renderer'), ...rest });
    return {
      studio,
      server,
      async close() {
        await server.close();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Where the system keeps what a program writes for its user. */
export function defaultDataDir(env: NodeJS.ProcessEnv = process.env, platform = process.platform): string {
  const home = os.homedir();
  if (platform === 'win32') return path.join(env.APPDATA ?? path.join(home, 'AppData', 'Roaming'), 'Mamba Studio');
  if (platform === 'darwin') return path.join(home, 'Library', 'Application Support', 'Mamba Studio');
  const data = env.XDG_DATA_HOME;
  return path.join(data && path.isAbsolute(data) ? data : path.join(home, '.local', 'share'), 'mamba-studio');
}
