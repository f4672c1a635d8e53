import { Provider, type UpdateInfo } from 'electron-updater';
import { type ProviderRuntimeOptions, parseUpdateInfo, resolveFiles } from 'electron-updater/out/providers/Provider.js';
import { AuroraError } from '../../core/kit/errors.ts';
import { reasonOf } from './reason.ts';
import { isSigned } from './signature.ts';

/** What a feed offers is not signed by whoever made this program. */
class UnsignedUpdateError extends AuroraError {
  readonly code = 'AURORA_UNSIGNED_UPDATE';
}

/** Nobody answers where newer versions are: no network, or no such place. */
class FeedAwayError extends AuroraError {
  readonly code = 'AURORA_FEED_AWAY';
}

export interface Feed {
  url: string;
  /** Ed25519, SPKI in base64. */
  key: string;
}

/** Reads latest*.yml and, beside it, latest*.yml.sig: an Ed25519 signature over every byte of it, in base64. */
export class SignedFeed extends Provider<UpdateInfo> {
  readonly #base: URL;
  readonly #key: string;

  constructor({ url, key }: Feed, runtime: ProviderRuntimeOptions) {
    super(runtime);
    this.#base = new URL(url.endsWith('/') ? url : `${url}/`);
    this.#key = key;
  }

  async getLatestVersion(): Promise<UpdateInfo> {
    const name = `${this.getDefaultChannelName()}.yml`;
    const file = new URL(name, this.#base);
    const text = await this.httpRequest(file).catch((cause) => {
      throw new FeedAwayError(`The place that has newer versions does not answer (${reasonOf(cause)})`, { cause });
    });
    const signature = await this.httpRequest(new URL(`${name}.sig`, this.#base)).catch(() => null);
    if (text === null || signature === null || !isSigned(text, signature, this.#key))
      throw new UnsignedUpdateError('What is offered there is not signed by the makers of this program');
    return parseUpdateInfo(text, name, file);
  }

  resolveFiles(info: UpdateInfo): ReturnType<typeof resolveFiles> {
    return resolveFiles(info, this.#base);
  }
}
