import os from 'node:os';
import path from 'node:path';

/** Where this system keeps a program's own files: what `serve` and `batch` take without --data-dir. */
export function defaultDataFolder(platform: NodeJS.Platform = process.platform, env: NodeJS.ProcessEnv = process.env): string {
  if (platform === 'win32') return path.join(env.APPDATA ?? path.join(os.homedir(), 'AppData', 'Roaming'), 'Mamba Studio');
  if (platform === 'darwin') return path.join(os.homedir(), 'Library', 'Application Support', 'Mamba Studio');
  return path.join(env.XDG_DATA_HOME ?? path.join(os.homedir(), '.local', 'share'), 'mamba-studio');
}
