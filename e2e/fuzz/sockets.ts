import { dice } from '../support/dice.ts';
import type { Program } from '../support/program.ts';
import { mutated } from './mutate.ts';
import { soundPackets } from './packets.ts';

const MESSAGE = '4';
/** Above any id that stands in a mutated packet by chance. */
const FIRST_ID = 1_000_000_000;
const OPEN_MS = 10_000;
/** The limit of 32 sockets without a token leaves room for others. */
const AT_ONCE = 8;

/** Opens engine.io by hand and joins the namespace, so that whatever comes next is heard by the engine's own code. */
function join(url: string, namespace: string, auth: object): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
    const timer = setTimeout(() => reject(new Error(`${namespace} did not let us in`)), OPEN_MS);
    socket.addEventListener('message', ({ data }) => {
      const text = String(data);
      if (text.startsWith('0')) socket.send(`${MESSAGE}0${namespace},${JSON.stringify(auth)}`);
      else if (text === '2') socket.send('3');
      else if (text.startsWith(`${MESSAGE}0${namespace}`)) {
        clearTimeout(timer);
        resolve(socket);
      }
    });
    socket.addEventListener('error', () => reject(new Error('the engine does not answer')));
  });
}

/** Sends a packet and a sound one behind it: resolves once that is answered or the socket is cut off. */
function heard(socket: WebSocket, namespace: string, packet: string, id: number): Promise<void> {
  const event = namespace === '/agents' ? 'heartbeat' : 'command';
  return new Promise((resolve) => {
    const over = (): void => {
      socket.removeEventListener('message', onMessage);
      socket.removeEventListener('close', over);
      resolve();
    };
    const onMessage = ({ data }: MessageEvent): void => {
      if (String(data).startsWith(`${MESSAGE}3${namespace},${id}[`)) over();
    };
    socket.addEventListener('message', onMessage);
    socket.addEventListener('close', over);
    socket.send(MESSAGE + packet);
    socket.send(`${MESSAGE}2${namespace},${id}["${event}",{"running":[]}]`);
  });
}

const authOf = ({ tokens }: Program, namespace: string, nth: number): object =>
  namespace === '/agents'
    ? { token: tokens.agent, protocol: 1, agent_id: `fuzz-${nth}`, instance: `${nth}`, capabilities: {} }
    : { token: tokens.operator, protocol: 1 };

/** Sends so many mutated packets through sockets of both namespaces; a socket that is cut off is opened again. */
export async function fuzzSockets(program: Program, packets: number, seed: number): Promise<{ sockets: number }> {
  let sockets = 0;
  // Each lane has dice of its own: a seed is the same packets, whichever lane is answered first.
  const lane = async (namespace: string, place: number): Promise<void> => {
    const random = dice(seed + place);
    const sound = soundPackets(namespace);
    const share = Math.ceil((packets - place) / AT_ONCE);
    let sent = 0;
    while (sent < share) {
      sockets += 1;
      const socket = await join(program.url, namespace, authOf(program, namespace, sockets));
      const cut = new Promise<void>((resolve) => socket.addEventListener('close', () => resolve()));
      while (socket.readyState === WebSocket.OPEN && sent < share) {
        sent += 1;
        await heard(socket, namespace, mutated(sound[sent % sound.length] as string, random), FIRST_ID + sent);
      }
      socket.close();
      await cut;
    }
  };
  await Promise.all(
    Array.from({ length: AT_ONCE }, (_, place) => lane(place % 2 === 0 ? '/agents' : '/sidebar', place)),
  );
  return { sockets };
}
