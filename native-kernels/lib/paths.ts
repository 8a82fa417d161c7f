import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { NativeUnavailableError } from './errors';

const here = fileURLToPath(import.meta.url);

/** The built addon, found from the sources as from the bundle in out/. */
export function addonPath(): string {
  for (let folder = path.dirname(here); folder !== path.dirname(folder); folder = path.dirname(folder)) {
    const candidate = path.join(folder, 'native-kernels', 'build', 'mamba_kernels.node');
    if (existsSync(candidate)) return candidate;
  }
  throw new NativeUnavailableError('the native kernels are not built: run `node native-kernels/build.mjs` (it needs a C++17 compiler and cmake)');
}

const LIBRARY: Partial<Record<NodeJS.Platform, string>> = { linux: 'libonnxruntime.so.1', darwin: 'libonnxruntime.1.dylib', win32: 'onnxruntime.dll' };

/** In a packaged application, modules are found inside of an archive; the system's loader needs the real file, which lies beside it. */
export function unpacked(file: string): string {
  return file.replace(/([\\/]app\.asar)([\\/])/, '$1.unpacked$2');
}

/** The ONNX Runtime library that the package onnxruntime-node ships for this machine. */
export function onnxRuntimePath(): string {
  const manifest = createRequire(import.meta.url).resolve('onnxruntime-node/package.json');
  const library = path.join(unpacked(path.dirname(manifest)), 'bin', 'napi-v6', process.platform, process.arch, LIBRARY[process.platform] ?? '');
  if (!LIBRARY[process.platform] || !existsSync(library)) {
    throw new NativeUnavailableError(`onnxruntime-node has no library for ${process.platform} ${process.arch}`);
  }
  return library;
}
