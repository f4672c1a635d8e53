import { defineConfig } from 'vite';

/** Main, preload and writer thread as CommonJS: what Electron's main process and its sandbox take. */
export default defineConfig({
  build: {
    ssr: true,
    target: 'node18',
    outDir: 'dist/electron',
    emptyOutDir: true,
    minify: false,
    rolldownOptions: {
      input: {
        main: 'electron/main.ts',
        preload: 'electron/preload.ts',
        'writer-thread': 'core/store/writer-thread.ts',
      },
      external: ['electron', 'better-sqlite3'],
      output: { format: 'cjs', entryFileNames: '[name].cjs', chunkFileNames: '[name]-[hash].cjs' },
    },
  },
  ssr: { noExternal: true, target: 'node' },
});
