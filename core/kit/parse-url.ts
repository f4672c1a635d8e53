/** The address, or null where the text is none. `URL.canParse` is newer than the oldest Node that Aurora runs on. */
export function parseUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}
