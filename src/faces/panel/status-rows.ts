/** How the connection does, in words: for the playing and the status screen. */
import type { BoxState } from '../../box/state.ts';
import { buffers, delayFigure, isBeyondMeaning } from '../../box/views.ts';
import { MAX_SHOWN_PING_MS } from '../../jamulus/delay.ts';

/** The delay in milliseconds; ">500" as the official client shows it, "--" while it is not known. */
export function delayNumber(box: BoxState): string {
  const figure = delayFigure(box);
  if (figure === null) return '--';
  return isBeyondMeaning(box) ? `>${MAX_SHOWN_PING_MS}` : `${figure.ms}`;
}

export function pingWords(box: BoxState): string {
  const { pingMs } = box.visit;
  if (pingMs === null) return '--';
  return pingMs > MAX_SHOWN_PING_MS ? `>${MAX_SHOWN_PING_MS} ms` : `${pingMs} ms`;
}

/** Own and the server's buffer in blocks. */
export function bufferWords(box: BoxState): string {
  const { clientBlocks, serverBlocks } = buffers(box);
  return `${clientBlocks === 0 ? '--' : clientBlocks}+${serverBlocks}`;
}

export function connectionRow(box: BoxState): string {
  return `Ping ${pingWords(box).replace(' ms', '')}  Buffers ${bufferWords(box)}`;
}
