// What a packaging run makes of electron-builder.yml and its environment; a run for a tag has to have everything.
import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { manifest } from './app-files.mjs';
import { root } from './set-up.mjs';

export const builderConfig = () => parse(readFileSync(join(root, 'electron-builder.yml'), 'utf8'));

/** The tag that a build service runs for; null for none. What a service does not have it may pass as an empty text, here and below. */
function tagOf({ AURORA_TAG, GITHUB_REF_TYPE, GITHUB_REF_NAME, CI_COMMIT_TAG }) {
  return AURORA_TAG || (GITHUB_REF_TYPE === 'tag' && GITHUB_REF_NAME) || CI_COMMIT_TAG || null;
}

/** Whether the makers' certificate for this system is at hand. */
function isSigned(platform, { WIN_CSC_LINK, CSC_LINK, CSC_NAME }) {
  if (platform === 'win32') return Boolean(WIN_CSC_LINK || CSC_LINK);
  return platform === 'darwin' && Boolean(CSC_LINK || CSC_NAME);
}

/** The public half of a key file (PEM), as a build carries it; null where it cannot be read. */
function publicKeyOf(file) {
  try {
    return createPublicKey(readFileSync(file)).export({ format: 'der', type: 'spki' }).toString('base64');
  } catch {
    return null;
  }
}

/** What every release needs, and what a system asks besides: a sentence for each thing that is missing. */
function missing(platform, env, { tag, signed, publishers }) {
  const { AURORA_UPDATE_URL: url, AURORA_UPDATE_KEY: key, AURORA_UPDATE_SIGNING_KEY: signing } = env;
  const { version } = manifest();
  const notarized = env.APPLE_API_KEY && env.APPLE_API_KEY_ID && env.APPLE_API_ISSUER;
  return [
    tag !== `v${version}` && `The tag is ${tag}, package.json says ${version}`,
    !(url && key) &&
      'AURORA_UPDATE_URL and AURORA_UPDATE_KEY are to say where newer versions will be, and whose they are',
    !(signing && publicKeyOf(signing) === key) &&
      'AURORA_UPDATE_SIGNING_KEY is to be the file of the key that AURORA_UPDATE_KEY is the public half of',
    platform !== 'linux' &&
      !signed &&
      `There is no certificate to sign with: ${platform === 'win32' ? 'WIN_CSC_LINK' : 'CSC_LINK'}`,
    platform === 'win32' &&
      publishers.length === 0 &&
      'AURORA_WINDOWS_PUBLISHERS is to name the publisher of the certificate, and of those before it',
    platform === 'darwin' &&
      !notarized &&
      'APPLE_API_KEY, APPLE_API_KEY_ID and APPLE_API_ISSUER are to have it notarized',
  ].filter(Boolean);
}

/**
 * The configuration of electron-builder for one system, what the app is told of itself (`update`, `signed`), and
 * why this run cannot be one for its tag.
 */
export function distPlan(platform, env) {
  const { AURORA_UPDATE_URL: url, AURORA_UPDATE_KEY: key } = env;
  const tag = tagOf(env);
  const signed = isSigned(platform, env);
  const publishers = (env.AURORA_WINDOWS_PUBLISHERS ?? '').split(';').filter(Boolean);
  const config = builderConfig();
  if (url) config.publish = { provider: 'generic', url };
  if (publishers.length > 0) config.win.signtoolOptions = { publisherName: publishers };
  if (tag !== null && platform !== 'linux') config.forceCodeSigning = true;
  return {
    config,
    app: { update: url && key ? { url, key } : null, signed },
    problems: tag === null ? [] : missing(platform, env, { tag, signed, publishers }),
  };
}
