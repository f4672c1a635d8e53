import { describe, expect, it } from 'vitest';
import { readModelName } from './model-name.ts';
import { PRESETS } from './presets.ts';

const read = (text: string, options = {}) => {
  const model = readModelName(text, options);
  return model.is === 'rules'
    ? 'rules'
    : { name: model.name, model: model.model, url: model.url.href, home: model.atHome };
};

describe('a model’s name', () => {
  it.each([
    ['rules', 'rules'],
    [
      'openai:gpt-5-mini',
      { name: 'openai:gpt-5-mini', model: 'gpt-5-mini', url: 'https://api.openai.com/v1', home: true },
    ],
    [' ollama:qwen3:8b ', { name: 'ollama:qwen3:8b', model: 'qwen3:8b', url: 'http://127.0.0.1:11434/v1', home: true }],
    [
      'openrouter:meta-llama/llama-3.3-70b-instruct:free',
      {
        name: 'openrouter:meta-llama/llama-3.3-70b-instruct:free',
        model: 'meta-llama/llama-3.3-70b-instruct:free',
        url: 'https://openrouter.ai/api/v1',
        home: true,
      },
    ],
    [
      'my-model@http://localhost:9000/v1',
      { name: 'my-model@localhost:9000', model: 'my-model', url: 'http://localhost:9000/v1', home: false },
    ],
    [
      '@cf/meta/llama@https://api.example/ai/v1',
      { name: '@cf/meta/llama@api.example', model: '@cf/meta/llama', url: 'https://api.example/ai/v1', home: false },
    ],
    [
      'ollama:qwen3@https://box.example/v1',
      { name: 'ollama:qwen3@box.example', model: 'qwen3', url: 'https://box.example/v1', home: false },
    ],
  ])('%s', (text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  it('takes http to this machine alone, unless the settings say otherwise', () => {
    for (const host of ['127.0.0.1', '127.8.9.1', 'localhost', '[::1]'])
      expect(read(`m@http://${host}:1/v1`)).toMatchObject({ url: `http://${host}:1/v1` });
    for (const host of ['10.0.0.5', '127.0.0.1.example', 'localhost.example', '0.0.0.0', '128.0.0.1'])
      expect(() => read(`m@http://${host}/v1`)).toThrow(/without encryption/);
    expect(read('m@http://10.0.0.5/v1', { allowHttp: true })).toMatchObject({ url: 'http://10.0.0.5/v1' });
  });

  it.each(['', 'gpt-5', 'opneai:gpt-5', 'constructor:x', 'openai:', 'rules-trend', '@https://x/v1'])(
    'refuses %j and says how',
    (text) => {
      expect(() => read(text)).toThrow(/write PRESET:MODEL \(openai, .*MODEL@ADDRESS/);
    },
  );

  it.each([
    'openai:sk-proj-abcdefghijklmnopqrstuvwx',
    'sk-abcdefghijklmnopqrstuvwxyz',
    'gsk_abcdefghijklmnopqrstuvwx',
    'm@https://user:q7-unheard-of-9@host/v1',
    'm@https://host/v1?key=q7-unheard-of-9',
    'm@https://host/v1#q7-unheard-of-9',
    'm@file:///etc/q7-unheard-of-9',
    'm@https://[q7-unheard-of-9/v1',
  ])('refuses what may hold a key, and does not say it again: %s', (text) => {
    let message = '';
    try {
      read(text);
    } catch (error) {
      message = String(error);
    }
    expect(message).toMatch(/^UsageError: /);
    expect(message).not.toMatch(/q7-unheard|abcdefghij/);
  });

  it('knows for each preset where it is and what its key is called', () => {
    for (const [word, preset] of Object.entries(PRESETS)) {
      expect(read(`${word}:m`)).toMatchObject({ home: true, model: 'm' });
      expect(preset.keyFrom === null || /^[A-Z]+_API_KEY$/.test(preset.keyFrom)).toBe(true);
      expect(new URL(preset.url).protocol).toBe(preset.local ? 'http:' : 'https:');
    }
  });
});
