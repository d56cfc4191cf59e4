/** The way to the phone page: a QR code, the address in letters, and the code that pairs one phone. */
import { drawText } from '../font.ts';
import { FRAME_WIDTH, newFrame } from '../frame.ts';
import { drawFitted, wrapText } from '../layout.ts';
import { drawQr, QR_SIDE } from '../qr.ts';
import { type Screen, stay } from '../screen.ts';
import { close } from '../state.ts';
import { PHONE } from '../texts.ts';
import { drawTags } from '../widgets.ts';

export const phone: Screen = {
  view: (view) => {
    const { fonts, box, nowMs, place } = view;
    const { pageAddress = '', pairingCode = null } = box.access ?? {};
    const frame = newFrame();
    drawTags(frame, view);
    const qr = drawQr(frame, pageAddress, 0, 3);
    const x = qr ? QR_SIDE + 4 : 0;
    const width = FRAME_WIDTH - x;
    const address = wrapText(
      fonts.small,
      pageAddress.replace(/^https?:\/\//, '').replace(/\.local$/, '\n.local'),
      width,
    );
    for (const [index, line] of address.slice(0, 2).entries()) drawText(frame, fonts.small, line, x, 9 + index * 9);
    drawText(frame, fonts.small, PHONE.code, x, 29);
    const code = pairingCode ?? PHONE.wait;
    drawFitted(frame, fonts.large, code, { x, y: 36, width }, nowMs - place.sinceMs);
    drawText(frame, fonts.small, PHONE.back, x, 54);
    return frame;
  },
  on: (input, view) => {
    if (input.type === 'choose') return stay(view, { type: 'newPairingCode' });
    return input.type === 'back' ? { panel: close(view.panel), commands: [] } : stay(view);
  },
};
