/** What hostile strangers send. */
import { buildFrame } from '../../src/jamulus/frame.ts';
import { messageDatagram } from '../../src/jamulus/messages/message.ts';
import { randomFrom } from './signal.ts';

/**
 * Datagrams of all lengths: noise, noise that begins like a message, first datagrams of a client, frames with a true checksum about
 * nothing. Those are connectionless (1000…1999) or of any kind: who sends another kind counts as somebody who is there.
 */
export function garbage(seed: number, kind: 'connectionless' | 'any'): Uint8Array[] {
  const random = randomFrom(seed);
  const noise = Array.from({ length: 2000 }, (_, i) => {
    const bytes = Uint8Array.from({ length: i % 4 === 0 ? 166 : Math.floor(random() * 1200) }, () => 256 * random());
    if (i % 3 === 0) bytes.fill(0, 0, 2);
    return i % 5 === 0
      ? buildFrame(kind === 'any' ? Math.floor(random() * 3000) : 1000 + Math.floor(random() * 1000), i, bytes)
      : bytes;
  });
  const goodbyes = Array.from({ length: 50 }, () => messageDatagram({ type: 'CLM_DISCONNECTION' }));
  const lists = Array.from({ length: 50 }, () => messageDatagram({ type: 'CLM_REQ_CONN_CLIENTS_LIST' }));
  return [...noise, ...goodbyes, ...lists].filter((bytes) => bytes.length > 0);
}
