/** How the dashboard is built: plain files under `dist/dashboard` that pass a CSP without any `unsafe-` word. */
import { fileURLToPath } from 'node:url';
import { defineConfig, loadEnv } from 'vite';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));

// The same page whoever builds it: a test run sets another, for which Vite would build what is made for debugging.
// eslint-disable-next-line no-restricted-properties -- written, not read
process.env.NODE_ENV = 'production';

export default defineConfig(({ mode }) => ({
  root: here,
  // Where the API lives, if not at the page's own origin: read here and nowhere else.
  define: { __API_BASE_URL__: JSON.stringify(loadEnv(mode, root, 'API_BASE_URL').API_BASE_URL ?? '') },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: fileURLToPath(new URL('dist/dashboard', `file://${root}`)),
    emptyOutDir: true,
    target: 'es2022',
    sourcemap: false,
    // No data: scripts or styles and no inline helper: the policy refuses them.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
}));
