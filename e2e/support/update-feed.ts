import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const FILE = 'aurora-linux-x86_64.AppImage';

/** The key that a build of the tests takes for the makers'. */
export const KEY = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');

/** A version as it is offered, and what is wrong with the offer. */
interface Offer {
  version: string;
  program: string | Buffer;
  /** What its makers say of it, in one line. */
  notes?: string;
  fault?: 'unsigned' | 'other-key' | 'tampered-offer' | 'tampered-program';
}

export interface UpdateFeed {
  url: string;
  /** How often the program itself was fetched. */
  fetched(): number;
  offer(offer: Offer): void;
  close(): void;
}

function offerText({ version, program, notes }: Offer): string {
  const sha512 = createHash('sha512').update(program).digest('base64');
  const size = Buffer.byteLength(program);
  return `version: ${version}
files:
  - url: ${FILE}
    sha512: ${sha512}
    size: ${size}
path: ${FILE}
sha512: ${sha512}
releaseDate: '2026-11-01T00:00:00.000Z'
${notes === undefined ? '' : `releaseNotes: ${JSON.stringify(notes)}\n`}`;
}

/** The files of an offer by their path. */
function filesOf(offer: Offer): Map<string, string | Buffer> {
  const text = offerText(offer);
  const key = offer.fault === 'other-key' ? generateKeyPairSync('ed25519').privateKey : privateKey;
  const files = new Map<string, string | Buffer>([
    ['/latest-linux.yml', offer.fault === 'tampered-offer' ? text.replace('size: ', 'size: 1') : text],
    [`/${FILE}`, offer.fault === 'tampered-program' ? `${offer.program.toString().slice(0, -1)}#` : offer.program],
  ]);
  if (offer.fault !== 'unsigned')
    files.set('/latest-linux.yml.sig', sign(null, Buffer.from(text), key).toString('base64'));
  return files;
}

/** A place on this machine that offers versions. */
export async function updateFeed(): Promise<UpdateFeed> {
  let files = new Map<string, string | Buffer>();
  let fetched = 0;
  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    const body = files.get(path);
    if (body === undefined) return void response.writeHead(404).end();
    if (path === `/${FILE}`) fetched += 1;
    response.writeHead(200, { 'content-length': Buffer.byteLength(body) }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    fetched: () => fetched,
    offer: (offer) => {
      files = filesOf(offer);
    },
    close: () => server.close(),
  };
}
