/** The picture that shows whether every pixel of the OLED is where it should be. Pure. */
import {
  drawRect,
  FRAME_HEIGHT,
  FRAME_WIDTH,
  type Frame,
  fillRect,
  lightColumn,
  newFrame,
} from '../faces/panel/frame.ts';

const CHECK = 8;

/** A border to the last pixel, a chequered half, a solid block in the left upper corner and two diagonals. */
export function testPicture(): Frame {
  const frame = newFrame();
  for (let x = FRAME_WIDTH / 2; x < FRAME_WIDTH; x += CHECK) {
    for (let y = (x / CHECK) % 2 === 0 ? 0 : CHECK; y < FRAME_HEIGHT; y += 2 * CHECK) {
      fillRect(frame, { x, y, width: CHECK, height: CHECK });
    }
  }
  for (let y = 0; y < FRAME_HEIGHT; y++) {
    lightColumn(frame, y, y, 1);
    lightColumn(frame, FRAME_WIDTH / 2 - 1 - y, y, 1);
  }
  fillRect(frame, { x: 4, y: 4, width: 12, height: 12 });
  drawRect(frame, { x: 0, y: 0, width: FRAME_WIDTH, height: FRAME_HEIGHT });
  return frame;
}
