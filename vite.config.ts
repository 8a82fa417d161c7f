/** The window alone: `vite build` writes out/renderer, `vite` serves it for work on the interface (`/?fake` needs no serving process). */
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type UserConfig } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export const windowConfig: UserConfig = {
  root: here('renderer'),
  plugins: [react()],
  build: { outDir: here('out/renderer'), emptyOutDir: true, target: 'es2022', sourcemap: false, chunkSizeWarningLimit: 700 },
  worker: { format: 'es' },
};

export default defineConfig(windowConfig);
