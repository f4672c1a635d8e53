import { defineConfig } from 'vite';

/** The engine's program in a few files: to look for each of a thousand is most of what a start takes. */
export default defineConfig({
  build: {
    ssr: true,
    target: 'node24',
    outDir: 'dist/core',
    minify: false,
    rolldownOptions: {
      input: {
        main: 'core/cli/main.ts',
        'writer-thread': 'core/store/writer-thread.ts',
        'upkeep-thread': 'core/store/upkeep-thread.ts',
      },
      // The exchanges are loaded only where they are used, and would be most of it.
      external: ['better-sqlite3', 'ccxt'],
      output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
    },
  },
  ssr: { noExternal: true, target: 'node' },
});
