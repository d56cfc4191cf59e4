/** What the real server writes about a session that it recorded, and what we would have written about the same files. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { safeName } from '../../../src/room/recorder/file-names.ts';
import { audacityProject, type RecordedFile, reaperProject } from '../../../src/room/recorder/project-files.ts';
import { startClient } from '../../peers/client.ts';
import { startJack } from '../../peers/jack.ts';
import { withPeers } from '../../peers/processes.ts';
import { startServer } from '../../peers/server.ts';
import { until } from '../../peers/wait.ts';
import { readWav } from './wav.ts';

const FRAME_SAMPLES = 128;
const REAL_NAME = /^(.+)-(\d+)-([12])\.wav$/;

it('are the same project files, but for the random IDs', () =>
  withPeers('recorder-projects', async (peers) => {
    const folder = join(peers.folder, 'recordings');
    const jack = await startJack(peers, { name: 'recorder', periodFrames: 128 });
    const server = await startServer(peers, { port: 23200, recordingDir: folder });
    const common = { jack, server: server.address } as const;
    await startClient(peers, { ...common, name: 'Al', port: 23300, channels: 'stereo' });
    const bert = await startClient(peers, { ...common, name: 'Bert', port: 23400 });
    await server.setRecording(true);
    await sleep(1000);
    await bert.process.stop();
    await sleep(500);
    await server.setRecording(false);
    const [session = ''] = await until('a session', () => {
      const names = readdirSync(folder);
      return names.length === 1 && readdirSync(join(folder, names[0]!)).some((name) => name.endsWith('.lof')) && names;
    });
    expect(session).toMatch(/^Jam-\d{8}-\d{9}$/);

    const path = join(folder, session);
    const files: RecordedFile[] = [];
    for (const fileName of readdirSync(path)) {
      const [, track = '', startFrame, channels] = REAL_NAME.exec(fileName) ?? [];
      if (track === '') continue;
      const wav = readWav(readFileSync(join(path, fileName)));
      expect([wav.channels, wav.rate, wav.bits]).toEqual([Number(channels), 48_000, 16]);
      const startSample = Number(startFrame) * FRAME_SAMPLES;
      files.push({ fileName, track, startSample, samples: wav.samples.length / wav.channels });
    }
    const names = files.map(({ track }) => track.replace(/-.*/, '')).sort();
    expect(names).toEqual([safeName('Al'), safeName('Bert')]);
    const read = (suffix: string) => readFileSync(join(path, session + suffix), 'utf8');
    const withoutIds = (text: string) => text.replace(/\{[0-9a-f-]{36}\}/g, '{…}');
    expect(audacityProject(files)).toBe(read('.lof'));
    expect(withoutIds(reaperProject(files, path, () => crypto.randomUUID()))).toBe(withoutIds(read('.rpp')));
  }));
