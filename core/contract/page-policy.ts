/** Stands in the built page where a nonce goes; whoever serves the page puts a fresh one there. */
const NONCE_PLACE = '__CSP_NONCE__';

interface PagePolicy {
  nonce: string;
  /** Where the page may connect to besides where it came from. */
  connect: readonly string[];
}

/** The page's content security policy: itself, its nonce and the one engine; no eval, no frames, trusted types. */
export const pagePolicy = ({ nonce, connect }: PagePolicy): string =>
  [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src ${["'self'", ...connect].join(' ')}`,
    "frame-src 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');

export const withNonce = (html: string, nonce: string): string => html.replaceAll(NONCE_PLACE, nonce);
