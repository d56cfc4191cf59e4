/** How the connection does, in words: for the playing and the status screen. */
import { delayFigure } from '../box/engine.ts';
import type { BoxState } from '../box/state.ts';
import { MAX_SHOWN_PING_MS } from '../jamulus/delay.ts';

/** The delay in milliseconds; ">500" as the official client shows it, "--" while it is not known. */
export function delayNumber(box: BoxState): string {
  const figure = delayFigure(box);
  if (figure === null) return '--';
  return figure.ms > MAX_SHOWN_PING_MS || (box.visit.pingMs ?? 0) > MAX_SHOWN_PING_MS ? '>500' : `${figure.ms}`;
}

export function pingWords(box: BoxState): string {
  const { pingMs } = box.visit;
  if (pingMs === null) return '--';
  return pingMs > MAX_SHOWN_PING_MS ? `>${MAX_SHOWN_PING_MS} ms` : `${pingMs} ms`;
}

/** Own and the server's buffer in blocks. */
export function bufferWords(box: BoxState): string {
  const own = box.engine.jitterBlocks;
  const server = box.jitter.kind === 'fixed' ? box.jitter.serverBlocks : box.visit.serverJitterBlocks;
  return `${own === 0 ? '--' : own}+${server}`;
}

export function connectionRow(box: BoxState): string {
  return `Ping ${pingWords(box).replace(' ms', '')}  Buffers ${bufferWords(box)}`;
}
