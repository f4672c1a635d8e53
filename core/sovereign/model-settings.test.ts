import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type ModelFlags, readModelSettings } from './model-settings.ts';
import { PRESETS } from './presets.ts';

const KEY = 'q7-unheard-of-9-and-long';

function aFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'aurora-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'models.json');
  return {
    folder,
    write: (settings: unknown) =>
      writeFileSync(file, typeof settings === 'string' ? settings : JSON.stringify(settings)),
    read: (flags: ModelFlags = {}, env: Record<string, string> = { OPENAI_API_KEY: KEY }) =>
      readModelSettings({ flags, file, env }),
  };
}

const messageOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    return String(error);
  }
  return 'nothing was thrown';
};

describe('which models are asked', () => {
  it('is the built-in rules where nothing is said', () => {
    expect(aFolder().read()).toMatchObject({ primary: null, fallback: null, concurrency: 1, secrets: [] });
    expect(aFolder().read({ model: 'rules' })).toMatchObject({ primary: null });
  });

  it('is said on the command line, and the rest is as usual', () => {
    const settings = aFolder().read({ model: 'openai:gpt-5-mini', fallback: 'ollama:llama3.1' });
    expect(settings).toMatchObject({
      primary: {
        server: { name: 'openai:gpt-5-mini', key: KEY, structured: 'json_schema', tokenLimit: 'max_completion_tokens' },
        contextTokens: 32_000,
        outputTokens: 4_000,
        price: null,
      },
      fallback: {
        server: { name: 'ollama:llama3.1', key: null },
        contextTokens: 4_096,
        price: { input: 0, output: 0 },
      },
      validator: 'model',
      atCap: 'stop',
      timeouts: { primary: 30_000, total: 60_000, idle: 10_000, circuit: 30_000 },
      concurrency: 1,
      secrets: [KEY],
    });
  });

  it('is said in models.json', () => {
    const { write, read } = aFolder();
    write({
      primary: { model: 'openai:gpt-5-mini', context_tokens: 100_000, output_tokens: 2_000, structured: 'none' },
      fallback: 'rules',
      validator: 'rules',
      prices: { 'openai:gpt-5-mini': { input: 0.25, output: 2 } },
      budget: { usd_per_day: 5, at_cap: 'fallback' },
      timeouts_ms: { primary: 5_000, total: 9_000 },
      concurrency: 2,
    });
    expect(read()).toMatchObject({
      primary: {
        server: { structured: 'none' },
        contextTokens: 100_000,
        outputTokens: 2_000,
        price: { input: 0.25, output: 2 },
      },
      fallback: 'rules',
      validator: 'rules',
      limits: { usd_per_day: 5, usd_per_hour: null, tokens_per_hour: null, tokens_per_day: null },
      atCap: 'fallback',
      timeouts: { primary: 5_000, total: 9_000, idle: 10_000 },
      concurrency: 2,
    });
  });

  it('is a flag’s model before the file’s, with what the file says of that one', () => {
    const { write, read } = aFolder();
    write({ primary: { model: 'ollama:a', context_tokens: 8_192 }, fallback: 'ollama:b' });
    expect(read({ model: 'ollama:a' })).toMatchObject({ primary: { contextTokens: 8_192 } });
    expect(read({ model: 'ollama:c', fallback: 'none' })).toMatchObject({
      primary: { server: { name: 'ollama:c' }, contextTokens: 4_096 },
      fallback: null,
    });
  });

  it('takes a local server’s model for free, but not one that it passes on', () => {
    const { read } = aFolder();
    expect(read({ model: 'ollama:gpt-oss:120b-cloud' }).primary?.price).toBeNull();
    expect(read({ model: 'm@http://127.0.0.1:4000/v1' }).primary?.price).toBeNull();
    expect(read({ model: 'ollama:m@https://box.example/v1' }).primary?.price).toBeNull();
  });
});

describe('a key', () => {
  it('is read from the service’s own variable, for its own address alone', () => {
    const { read } = aFolder();
    const env = { OPENAI_API_KEY: KEY };
    expect(read({ model: 'openai:m' }, env).primary?.server.key).toBe(KEY);
    expect(read({ model: 'openai:m@https://else.example/v1' }, env).primary?.server.key).toBeNull();
    const own = { AURORA_MODEL_KEY: 'first-key', AURORA_FALLBACK_KEY: 'second-key' };
    const both = read({ model: 'openai:m@https://else.example/v1', fallback: 'n@https://third.example/v1' }, own);
    expect(both).toMatchObject({
      primary: { server: { key: 'first-key' } },
      fallback: { server: { key: 'second-key' } },
      secrets: ['first-key', 'second-key'],
    });
  });

  it('is read from a file of this user alone, beside models.json', () => {
    const { folder, write, read } = aFolder();
    write({ primary: { model: 'openai:m', key_file: 'openai.key' } });
    writeFileSync(join(folder, 'openai.key'), `${KEY}\n`, { mode: 0o600 });
    expect(read({}, {})).toMatchObject({ primary: { server: { key: KEY } }, secrets: [KEY] });
    chmodSync(join(folder, 'openai.key'), 0o644);
    expect(messageOf(() => read({}, {}))).toMatch(/can be read by others: chmod 600/);
    rmSync(join(folder, 'openai.key'));
    expect(messageOf(() => read({}, {}))).toMatch(/openai.key cannot be read/);
  });

  it.each(['', 'two words', 'two\nlines', 'é'])('is refused where it cannot be one: %j', (text) => {
    const { folder, write, read } = aFolder();
    write({ primary: { model: 'openai:m', key_file: 'k' } });
    writeFileSync(join(folder, 'k'), text, { mode: 0o600 });
    expect(messageOf(() => read({}, {}))).toMatch(/is empty or has spaces or lines in it/);
  });

  it('that another program keeps is lost to this one, and the model is not asked', () => {
    const { write, read } = aFolder();
    write({ primary: { model: 'openai:m', key_kept: 'keyring' } });
    expect(read({}, {}).primary).toMatchObject({
      server: { key: null },
      keyLost: expect.stringMatching(/^The key to openai:m .*: give it again in Settings, or set OPENAI_API_KEY$/),
    });
    expect(read().primary).toMatchObject({ server: { key: KEY }, keyLost: null });
  });

  it('is asked for where a service takes none without', () => {
    expect(messageOf(() => aFolder().read({ model: 'groq:m' }, {}))).toContain('groq:m needs a key: set GROQ_API_KEY');
    expect(messageOf(() => aFolder().read({ model: 'groq:m' }, { GROQ_API_KEY: ' ' }))).toContain('set GROQ_API_KEY');
  });
});

describe('what cannot be meant is refused with what to write instead', () => {
  it.each([
    ['{', 'cannot be read'],
    [[], 'expected object'],
    [{ bugdet: {} }, 'Unrecognized key: "bugdet"'],
    [{ primary: { model: 'ollama:m', api_key: KEY } }, 'a key stands in an environment variable or a key_file'],
    [{ primary: { model: 'ollama:m', context_tokens: 100 } }, 'primary.context_tokens'],
    [{ primary: { model: 'ollama:m', output_tokens: 4_000 } }, 'leave no room'],
    [{ budget: { usd_per_hour: -1 } }, 'budget.usd_per_hour'],
    [{ budget: { at_cap: 'panic' } }, 'budget.at_cap'],
    [{ timeouts_ms: { primary: 70_000 } }, 'timeouts_ms.primary is longer than timeouts_ms.total'],
    [{ timeouts_ms: { total: 200_000 } }, 'timeouts_ms.total'],
    [{ primary: 'openai:m', budget: { usd_per_hour: 1 } }, 'needs the price of openai:m'],
    [{ primary: 'ollama:m', fallback: 'openai:m', budget: { usd_per_day: 1 } }, 'needs the price of openai:m'],
    [{ fallback: 'ollama:m' }, 'a fallback needs a model before it'],
    [{ primary: 'rules', fallback: 'ollama:m' }, 'a fallback needs a model before it'],
  ])('%j', (settings, why) => {
    const { write, read } = aFolder();
    write(settings);
    const message = messageOf(read);
    expect(message).toMatch(/^UsageError: /);
    expect(message).toContain(why);
    expect(message).not.toContain(KEY);
  });
});

describe('docs/models.md', () => {
  const page = readFileSync(new URL('../../docs/models.md', import.meta.url), 'utf8');

  it('has settings that can be read as they stand, with the defaults that it names', () => {
    const { folder, write, read } = aFolder();
    mkdirSync(join(folder, 'keys'));
    writeFileSync(join(folder, 'keys', 'example'), KEY, { mode: 0o600 });
    write(/```json\n([^`]*)```/.exec(page)?.[1] ?? '');
    const usual = aFolder().read({ model: 'openai:gpt-5-mini' });
    expect(read()).toMatchObject({
      primary: { ...usual.primary, price: { input: 0.25, output: 2 } },
      fallback: { server: { name: 'big@models.example', key: KEY }, price: { input: 1, output: 4 } },
      validator: usual.validator,
      atCap: usual.atCap,
      timeouts: usual.timeouts,
      concurrency: usual.concurrency,
    });
  });

  it.each(Object.entries(PRESETS))('names the preset %s, its address and its key', (name, { url, keyFrom }) => {
    const row = page.split('\n').find((line) => line.startsWith(`| \`${name}\` `));
    expect(row).toContain(new URL(url).host);
    expect(row).toContain(keyFrom ?? 'none');
  });
});
