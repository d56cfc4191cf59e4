/** Cable, address, router, names and a server's answer: from readings to findings. Pure. */
import { median } from '../audio/percentiles.ts';
import type { SystemReading } from '../box/state.ts';
import { type Finding, fail, look, ok } from './finding.ts';

export type ServerAnswer =
  | { readonly kind: 'no-socket'; readonly error: string }
  | { readonly kind: 'unresolved'; readonly error: 'not-found' | 'no-network' }
  | {
      readonly kind: 'pinged';
      /** 0 for a numeric address. */
      readonly lookUpMs: number;
      readonly sent: number;
      /** Of the answers, round trip. */
      readonly timesMs: readonly number[];
      readonly musicians: number | null;
    };

/** Above, playing together gets hard (ux.md: usable up to 68 ms of overall delay). */
const FAR_MS = 40;
const UNSTEADY_MS = 10;

export function judgeNetwork(system: Pick<SystemReading, 'carrier' | 'address' | 'defaultRoute'>): readonly Finding[] {
  const { carrier, address, defaultRoute } = system;
  return [
    carrier
      ? ok('network cable', 'connected', { carrier })
      : fail('network cable', 'no carrier', 'plug it in; try another cable or socket', { carrier }),
    address === null
      ? fail('address', 'none from the router', 'is there a DHCP server? restart the router', { address })
      : ok('address', address, { address }),
    defaultRoute === true
      ? ok('router', 'known', { defaultRoute })
      : look('router', 'none', 'fine in a network of its own; else the router gives no way out', { defaultRoute }),
  ];
}

export function judgeServer(server: string, answer: ServerAnswer): readonly Finding[] {
  switch (answer.kind) {
    case 'no-socket':
      return [fail('server', answer.error, 'restart the box')];
    case 'unresolved': {
      const todo = answer.error === 'not-found' ? 'check the spelling' : "the router's name service does not answer";
      return [fail('name look-up', `${server}: ${answer.error}`, todo, { server, error: answer.error })];
    }
    case 'pinged': {
      const { lookUpMs } = answer;
      return [
        ok('name look-up', `${server} in ${lookUpMs.toFixed(0)} ms`, { server, lookUpMs }),
        judgePing(server, answer),
      ];
    }
  }
}

function judgePing(server: string, answer: ServerAnswer & { readonly kind: 'pinged' }): Finding {
  const { sent, musicians } = answer;
  const times = answer.timesMs;
  const lost = sent - times.length;
  const [least, middle, most] = [Math.min(...times), median(times), Math.max(...times)];
  if (times.length === 0) {
    const todo = 'is it running? its port and the router must let UDP through';
    return fail('server ping', `${server}: no answer to ${sent} pings`, todo, { sent, lost });
  }
  const text =
    `${least.toFixed(1)} / ${middle.toFixed(1)} / ${most.toFixed(1)} ms (least, median, most), ` +
    `${lost} of ${sent} lost, ${musicians ?? 'unknown'} connected`;
  const numbers = { leastMs: least, medianMs: middle, mostMs: most, sent, lost, musicians };
  if (lost > 0) return look('server ping', text, 'packets get lost: no Wi-Fi on the way? try another cable', numbers);
  if (middle > FAR_MS) return look('server ping', text, 'far away: choose a nearer server', numbers);
  if (most - least > UNSTEADY_MS) return look('server ping', text, 'unsteady: who else uses the line?', numbers);
  return ok('server ping', text, numbers);
}
