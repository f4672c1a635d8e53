import type { ChatServer } from './chat-client.ts';

/** What is known of a kind of server. */
export interface Preset extends Pick<ChatServer, 'structured' | 'tokenLimit' | 'askUsage'> {
  url: string;
  /** The environment variable that holds its key; null where it takes none. */
  keyFrom: string | null;
  /** Whether it runs where the user says, and nobody sends a bill. */
  local: boolean;
}

const hosted = (url: string, keyFrom: string, more: Partial<Preset> = {}): Preset => ({
  url,
  keyFrom,
  structured: 'json_schema',
  tokenLimit: 'max_tokens',
  askUsage: true,
  local: false,
  ...more,
});

const local = (url: string, more: Partial<Preset> = {}): Preset => ({
  url,
  keyFrom: null,
  structured: 'json_schema',
  tokenLimit: 'max_tokens',
  askUsage: true,
  local: true,
  ...more,
});

/** Servers by the name that stands before a model's; what a server does not take after all is left out at its word (400, 422). */
export const PRESETS = {
  // platform.openai.com/docs/api-reference/chat: newer models take max_completion_tokens alone.
  openai: hosted('https://api.openai.com/v1', 'OPENAI_API_KEY', { tokenLimit: 'max_completion_tokens' }),
  // platform.claude.com/docs/en/api/openai-sdk: response_format is ignored; max_tokens and stream_options are supported.
  anthropic: hosted('https://api.anthropic.com/v1', 'ANTHROPIC_API_KEY', { structured: 'none' }),
  // ai.google.dev/api/compatibility: ResponseFormat with a schema, maxTokens, StreamOptions.
  gemini: hosted('https://generativelanguage.googleapis.com/v1beta/openai', 'GEMINI_API_KEY'),
  // api-docs.deepseek.com/guides/json_mode: json_object, and the word JSON in the prompt.
  deepseek: hosted('https://api.deepseek.com', 'DEEPSEEK_API_KEY', { structured: 'json_object' }),
  // api.mistral.ai answers 422 to fields that it does not know, such as max_completion_tokens; a stream's last chunk has usage.
  mistral: hosted('https://api.mistral.ai/v1', 'MISTRAL_API_KEY', { askUsage: false }),
  // console.groq.com/docs/structured-outputs: json_schema on some models, 400 on others; max_tokens is deprecated.
  groq: hosted('https://api.groq.com/openai/v1', 'GROQ_API_KEY', { tokenLimit: 'max_completion_tokens' }),
  // openrouter.ai/docs/structured-outputs; comments keep its streams alive.
  openrouter: hosted('https://openrouter.ai/api/v1', 'OPENROUTER_API_KEY'),
  // docs.ollama.com/api/openai-compatibility; it cuts what exceeds its context, 4,096 tokens below 24 GiB of VRAM.
  ollama: local('http://127.0.0.1:11434/v1'),
  // lmstudio.ai/docs/developer/openai-compat/structured-output: json_schema, and no json_object.
  lmstudio: local('http://127.0.0.1:1234/v1'),
  // docs.vllm.ai/en/stable/serving/openai_compatible_server; `--api-key` makes it ask for a key.
  vllm: local('http://127.0.0.1:8000/v1', { keyFrom: 'VLLM_API_KEY' }),
  // github.com/ggml-org/llama.cpp, tools/server: json_schema in response_format; `--api-key` makes it ask for a key.
  llamacpp: local('http://127.0.0.1:8080/v1', { keyFrom: 'LLAMA_API_KEY' }),
} as const satisfies Readonly<Record<string, Preset>>;

/** A server of which nothing is known but its address. */
export const UNKNOWN_SERVER: Omit<Preset, 'url'> = {
  keyFrom: null,
  structured: 'json_schema',
  tokenLimit: 'max_tokens',
  askUsage: true,
  local: false,
};
