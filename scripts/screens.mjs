// Draws every view for docs/screens, in both themes.
process.argv.splice(2, 0, '--config', 'e2e/screens/playwright.config.ts');
await import('./e2e.mjs');
