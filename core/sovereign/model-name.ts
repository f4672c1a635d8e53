import { UsageError } from '../kit/errors.ts';
import { PRESETS, type Preset, UNKNOWN_SERVER } from './presets.ts';

/** A model as a user names it: `rules`, or one on a server. */
export type NamedModel =
  | { is: 'rules' }
  | {
      is: 'remote';
      /** For records and sentences: no path and no key is in it. */
      name: string;
      /** As the server knows it. */
      model: string;
      url: URL;
      preset: Omit<Preset, 'url'>;
      /** Whether the address is the preset's own, where its usual key may go. */
      atHome: boolean;
    };

const NAMES = Object.keys(PRESETS).join(', ');
const HOW = `write PRESET:MODEL (${NAMES}), MODEL@ADDRESS for any OpenAI-compatible server, or rules`;
/** What somebody pasted by mistake; it is not said again. */
const LIKE_A_KEY = /(?:^|\W)(?:sk|pk|rk|gsk|xai|AIza|hf)[-_]?[\w-]{20,}/;

function addressOf(text: string, allowHttp: boolean): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new UsageError('the address of a model cannot be read: write it as https://HOST/v1');
  }
  if (url.username || url.password || url.search || url.hash)
    throw new UsageError(
      `the address of a model at ${url.host} has more in it than host and path: a key belongs in an environment variable or a key_file`,
    );
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw new UsageError(`the address of a model at ${url.host} begins with ${url.protocol}: use https`);
  if (url.protocol === 'http:' && !allowHttp && !isLoopback(url.hostname))
    throw new UsageError(
      `the model at ${url.host} would be asked without encryption: use https, or say "allow_http": true for it in models.json`,
    );
  return url;
}

const isLoopback = (host: string): boolean => host === 'localhost' || host === '[::1]' || /^127(\.\d+){3}$/.test(host);

/** Reads `openai:gpt-5-mini`, `llama3.1@http://127.0.0.1:8080/v1`, `ollama:qwen3@https://box/v1` or `rules`; throws UsageError. */
export function readModelName(text: string, { allowHttp = false } = {}): NamedModel {
  const said = text.trim();
  if (said === 'rules') return { is: 'rules' };
  if (LIKE_A_KEY.test(said))
    throw new UsageError(`a model's name looks like a key, and keys do not belong there: ${HOW}`);
  const [, named = said, address] = /^(.+?)@(\w+:\/\/.*)$/.exec(said) ?? [];
  const [, word = '', rest = ''] = /^(\w+):(.+)$/.exec(named) ?? [];
  const preset = Object.hasOwn(PRESETS, word) ? PRESETS[word as keyof typeof PRESETS] : null;
  if (!preset && address === undefined)
    throw new UsageError(`no server is known for the model ${JSON.stringify(said.slice(0, 80))}: ${HOW}`);
  const url = addressOf(address ?? preset?.url ?? '', allowHttp);
  return {
    is: 'remote',
    name: address === undefined ? said : `${named}@${url.host}`,
    model: preset ? rest : named,
    url,
    preset: preset ?? UNKNOWN_SERVER,
    atHome: address === undefined,
  };
}
