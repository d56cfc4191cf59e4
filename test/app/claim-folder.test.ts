import { describe, expect, it } from 'vitest';
import { claimFolder } from '../../src/app/claim-folder.ts';

describe('the folder of the machine state', () => {
  it('belongs to one box at a time, by whatever way it is written', async () => {
    const folder = `/tmp/no-such-folder-${process.pid}`;
    const first = await claimFolder(folder);
    expect(first).not.toBeNull();
    expect(await claimFolder(`${folder}/../no-such-folder-${process.pid}/`)).toBeNull();
    const other = await claimFolder(`${folder}/other`);
    expect(other).not.toBeNull();
    first?.release();
    const second = await claimFolder(folder);
    expect(second).not.toBeNull();
    second?.release();
    other?.release();
  });
});
