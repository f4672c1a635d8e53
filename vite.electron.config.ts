import { defineConfig } from 'vite';

/** What Electron's main process takes; the preload is one file by itself (`--mode preload`), for the sandbox requires no other. */
const INPUTS: Readonly<Record<string, Record<string, string>>> = {
  main: {
    main: 'electron/main.ts',
    'writer-thread': 'core/store/writer-thread.ts',
    'upkeep-thread': 'core/store/upkeep-thread.ts',
  },
  preload: { preload: 'electron/preload.ts' },
};

export default defineConfig(({ mode }) => ({
  build: {
    ssr: true,
    target: 'node18',
    outDir: 'dist/electron',
    emptyOutDir: mode === 'main',
    minify: false,
    rolldownOptions: {
      input: INPUTS[mode] ?? {},
      external: ['electron', 'better-sqlite3'],
      output: { format: 'cjs', entryFileNames: '[name].cjs', chunkFileNames: '[name]-[hash].cjs' },
    },
  },
  ssr: { noExternal: true, target: 'node' },
}));
