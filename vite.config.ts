import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// vitest reads this file too where it finds no vitest.config.ts, and its root is the repository.
const underTest = process.env.VITEST !== undefined;

export default defineConfig({
  ...(underTest ? {} : { root: 'renderer' }),
  base: './',
  plugins: [react()],
  build: {
    outDir: '../dist/renderer',
    emptyOutDir: true,
    target: 'chrome114',
    sourcemap: false,
    // The page's CSP knows no inline script and no data: font.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
