import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { refusalSchema } from './messages.ts';
import { TRAVELLING, wireSchemas } from './schemas.ts';

const docs = (path: string): string => fileURLToPath(new URL(`../../docs/${path}`, import.meta.url));
const page = readFileSync(docs('protocol.md'), 'utf8');

describe('docs/schemas', () => {
  const schemas = wireSchemas();

  it('holds a file for each thing that travels, and no other', () => {
    const files = readdirSync(docs('schemas')).map((file) => file.replace(/\.json$/, ''));
    expect(files.sort()).toEqual(Object.keys(schemas).sort());
  });

  it.each(Object.keys(schemas))('%s is what the contract gives now: npm run schemas writes it', (name) => {
    expect(JSON.parse(readFileSync(docs(`schemas/${name}.json`), 'utf8'))).toEqual(schemas[name]);
  });

  it('closes nothing, since unknown fields are ignored', () => {
    expect(JSON.stringify(schemas)).not.toContain('"additionalProperties":false');
  });
});

describe('docs/protocol.md', () => {
  const examples = [...page.matchAll(/^```json (\S+)\n([\s\S]*?)^```$/gm)].map(([, name = '', text = '']) => [
    name,
    text,
  ]);

  it.each(examples)('has an example of %s that its schema takes', (name = '', text = '') => {
    expect(TRAVELLING[name], `there is no schema ${name}`).toBeDefined();
    const parsed = TRAVELLING[name]?.schema.safeParse(JSON.parse(text));
    expect(parsed?.error?.issues ?? []).toEqual([]);
  });

  it('has an example of everything that travels, and links its schema', () => {
    // A list of rows has the example of a row.
    const shown = new Set(['sidebar-updates', ...examples.map(([name]) => name)]);
    expect([...shown].sort()).toEqual(Object.keys(TRAVELLING).sort());
    for (const name of Object.keys(TRAVELLING)) expect(page).toContain(`](schemas/${name}.json)`);
  });

  it('explains every code', () => {
    for (const code of refusalSchema.shape.code.options) expect(page).toMatch(new RegExp(`^\\| \`${code}\` +\\|`, 'm'));
  });
});
