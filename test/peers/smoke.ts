/**
 * The quickest proof that the real programs work here: JACK, the server and two clients at 64 samples, music from one
 * client to the other. Prints how alike it arrives and how late. Run with node; exit code 1 if it does not arrive.
 */
import { startClient } from './client.ts';
import { startJack } from './jack.ts';
import { playAndRecord } from './jackpulse.ts';
import { enterNamespace } from './namespace.ts';
import { withPeers } from './processes.ts';
import { startServer } from './server.ts';
import { alignPieces, musicLike } from './signal.ts';

await enterNamespace();
await withPeers('smoke', async (peers) => {
  const jack = await startJack(peers, { name: `smoke${process.pid}`, periodFrames: 64 });
  const server = await startServer(peers, { port: 23_200, fast64: true });
  const common = { jack, server: server.address, small: true, autoConnect: false, jitter: { client: 4, server: 4 } };
  const anna = await startClient(peers, { ...common, name: 'anna', port: 23_300 });
  const ben = await startClient(peers, { ...common, name: 'ben', port: 23_400 });
  await server.waitForClient('ben');

  const music = musicLike(4, 1);
  const { recorded, xruns, gaps, wavPath } = await playAndRecord(peers, {
    name: 'pulse',
    jack,
    frames: 5 * 48_000,
    play: [music, music],
    to: anna.inputs,
    from: ben.outputs,
  });
  const heard = recorded[0] ?? new Float32Array(0);
  const { lagFrames, correlation, pieces } = alignPieces(music, heard, { maxLagFrames: 4800 });
  const all = pieces.map((piece) => `${piece.correlation.toFixed(2)}@${piece.lagFrames}`).join(' ');
  console.log(
    `correlation ${correlation.toFixed(4)}, lag ${lagFrames} frames (${(lagFrames / 48).toFixed(2)} ms); ${all}`,
  );
  console.log(`xruns ${xruns}, gaps ${gaps}, recording in ${wavPath}`);
  const passed = correlation > 0.8 && lagFrames > 64 && lagFrames < 48 * 50;
  console.log(passed ? 'passed' : 'FAILED');
  if (!passed) process.exitCode = 1;
});
