/**
 * A count of tokens that no model's tokenizer exceeds: one a UTF-8 byte. Byte-level vocabularies (GPT, Llama 3,
 * Qwen) and those that fall back to bytes (Llama 2, Mistral, Gemma) have a token for each byte and merge from
 * there; the latter split figures into single digits, so that a smaller bound would not hold for bars.
 */
export const tokensAtMost = (text: string): number => Buffer.byteLength(text);
