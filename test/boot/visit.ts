/** The user's evening, from the first words on the screen to the pulled plug, and checks of the system while it plays. */
import { strict as assert } from 'node:assert';
import { join } from 'node:path';
import { createPeers } from '../peers/processes.ts';
import { type Server, startServer } from '../peers/server.ts';
import { until } from '../peers/wait.ts';
import { type Box, telling } from './box.ts';
import { installerFile } from './settings.ts';
import type { Steps } from './steps.ts';
import { checkSystem, saveReports } from './system-checks.ts';
import { HOST_ADDRESS, newCard, startVirt } from './virt.ts';

const SERVER_PORT = 23_640;
const NAME = 'Boot test';
const ROOM = 'Rehearsal room';
/** Beside a long delay the words run out of the screen. */
const PLAYING = /ms dela.*Ping/;
/** In the box everything is ten times slower than in a Pi. */
const SLOW_MS = 120_000;
const OFF = { connect: false, mute: false, recording: false };
const ON = { ...OFF, connect: true };

export async function visit(steps: Steps): Promise<void> {
  const { step } = steps;
  const peers = createPeers('boot');
  try {
    const server = await step('a Jamulus 3.9.1 server is there', () =>
      startServer(peers, { port: SERVER_PORT, recordingDir: join(peers.folder, 'recordings'), name: 'server' }),
    );
    const card = newCard('visit');
    card.write(1, 'box.toml', installerFile({ address: `${HOST_ADDRESS}:${SERVER_PORT}`, name: ROOM }));
    const box = await startVirt(card);
    peers.atEnd(box.pullThePlug);
    await telling(box, steps, async () => {
      await firstStart(box, steps);
      await joinServer(box, server, steps);
      await recording(box, server, steps);
      await controls(box, steps);
      await steps.part('visit, system checks', async () => {
        await step('as it has to be', () => checkSystem(box, steps));
      });
      await leave(box, server, steps);
      await steps.part('visit, system checks', () => step('what started when', () => saveReports(box, steps)));
      await switchOff(box, steps);
    });
  } finally {
    await peers.end();
  }
}

async function firstStart(box: Box, { step, note }: Steps): Promise<void> {
  await step('power on: the first words', async () => {
    await box.ready();
    const text = await box.reads(/Play something|Plug in network/, '01 first words', SLOW_MS);
    note(text.split('\n').join(' | '));
    note(`up since ${(await box.output('cat /proc/uptime')).split(' ')[0]} s of its own clock`);
  });
  await step('the first start, by keys', async () => {
    await box.reads(/Play something/, '02 play something', SLOW_MS);
    assert.deepEqual(await box.lamps(), OFF);
    await box.press('knob');
    await box.reads(/Press CONNECT/, '03 press connect');
  });
}

async function joinServer(box: Box, server: Server, { step, note }: Steps): Promise<void> {
  await step('CONNECT: who sees what, and OK', async () => {
    await box.press('connect');
    await box.reads(new RegExp(`Others will see:[\\s\\S]*Name ${NAME}`), '04 others will see');
    assert.deepEqual(await server.clients(), []);
    await box.press('knob');
  });
  await step('the box joins the server', async () => {
    const client = await until('the box on the server', async () => (await server.clients())[0], {
      timeoutMs: SLOW_MS,
    });
    note(JSON.stringify(client));
    await box.reads(PLAYING, '05 playing', SLOW_MS);
    await until('its name', async () => (await server.clients())[0]?.name === NAME, { timeoutMs: SLOW_MS });
    await lamps(box, ON);
  });
}

async function recording(box: Box, server: Server, { step }: Steps): Promise<void> {
  await step('the server begins to record: notice and lamp, until OK', async () => {
    await server.setRecording(true);
    await box.reads(/STARTED|RECORDING/, '06 recording', SLOW_MS);
    await lamps(box, { ...ON, recording: true });
    await box.press('knob');
    await box.reads(/REC.*ms dela.*Ping/, '07 playing with REC');
    await lamps(box, { ...ON, recording: true });
    await server.setRecording(false);
    await box.reads(/stopped/, '08 recording stopped', SLOW_MS);
    await box.press('knob');
    await box.reads(PLAYING);
    await lamps(box, ON);
  });
}

async function controls(box: Box, { step }: Steps): Promise<void> {
  await step('MUTE and its lamp, there and back', async () => {
    await box.press('mute');
    await box.reads(/MUTED/, '09 muted');
    await lamps(box, { ...ON, mute: true });
    await box.press('mute');
    await box.reads(PLAYING);
    await lamps(box, ON);
  });
  await step('the knob: right for the people, left for the meters, push for the menu', async () => {
    await box.turn(1);
    await box.reads(new RegExp(`Who is here[\\s\\S]*${NAME}`), '10 who is here');
    await box.press('knob', 1200);
    await box.reads(PLAYING);
    await box.turn(-1);
    await box.reads(/Meters|In L|Out L/, '11 meters');
    await box.press('knob', 1200);
    await box.reads(PLAYING);
    await box.press('knob');
    await box.reads(/Menu/, '12 menu');
    await box.press('knob', 1200);
    await box.reads(PLAYING);
  });
}

async function leave(box: Box, server: Server, { step }: Steps): Promise<void> {
  await step('CONNECT held for 0.8 s: it leaves', async () => {
    await box.press('connect', 1500);
    await box.reads(/Press CONNECT to play/, '13 left');
    await until('nobody on the server', async () => (await server.clients()).length === 0);
    await lamps(box, OFF);
  });
}

async function switchOff(box: Box, { step }: Steps): Promise<void> {
  await step('CONNECT held for 4 s: "You can unplug now", and it is off', async () => {
    const held = box.hold('connect', 5000).catch(() => undefined);
    await box.reads(/You can unplug now/, '14 you can unplug now', SLOW_MS);
    await held;
    assert.equal(await box.ended, 'poweroff');
  });
}

async function lamps(box: Box, expected: Awaited<ReturnType<Box['lamps']>>): Promise<void> {
  await until(`lamps ${JSON.stringify(expected)}`, async () => {
    assert.deepEqual(await box.lamps(), expected);
    return true;
  });
}
