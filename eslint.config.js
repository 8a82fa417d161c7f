import boundaries from 'eslint-plugin-boundaries';
import tseslint from 'typescript-eslint';
import { importTable } from './import-table.js';

const files = Object.entries(importTable).map(([category, row]) => ({ category, pattern: row.files }));

// One policy a zone: the plugin's time grows with their number.
const policies = Object.entries(importTable).map(([zone, row]) => ({
  from: { file: { categories: zone } },
  allow: {
    to: [
      { file: { categories: [zone, ...row.zones] } },
      ...(row.packages.length > 0 ? [{ module: { origin: 'external', source: row.packages } }] : []),
      ...(row.node ? [{ module: { origin: 'core' } }] : []),
    ],
  },
}));

export default tseslint.config(
  { ignores: ['out/**', 'node_modules/**', 'native-kernels/build/**', 'native-kernels/build-*/**', 'coverage/**', 'models/training/**', 'demo-results/**'] },
  ...tseslint.configs.recommended,
  {
    files: ['{main,models,native-kernels,renderer}/**/*.{ts,tsx}'],
    plugins: { boundaries },
    settings: {
      'boundaries/files': files,
      'import/resolver': { typescript: { alwaysTryTypes: true } },
    },
    rules: {
      'boundaries/dependencies': ['error', { default: 'disallow', checkAllOrigins: true, policies }],
      'boundaries/no-unknown-files': 'error',
      'no-console': 'error',
    },
  },
  {
    files: ['models/**/*.ts', 'main/contract/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', ...['Buffer', 'process', 'require', '__dirname', 'window', 'document', 'fetch'].map((name) => ({ name, message: 'models/ and main/contract/ are pure.' }))],
    },
  },
  { files: ['main/cli.ts', 'main/cli/**/*.ts', 'main/demo.ts', 'native-kernels/bench/**/*.ts'], rules: { 'no-console': 'off' } },
);
