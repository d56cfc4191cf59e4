/**
 * The real-time engine: one synchronous loop, a named step a line, that turns periods of the device into datagrams and
 * back. It allocates nothing, throws nothing and blocks nowhere but in `device.wait()` (architecture.md, "Two threads, one memory").
 */
import { SAMPLE_RATE } from '../jamulus/limits.ts';
import { nowUs } from '../linux/clock.ts';
import type { UdpSocket } from '../linux/udp-socket.ts';
import { AudioSocket } from './audio-socket.ts';
import { BlockAdapter, MAX_BLOCK_FRAMES } from './block-adapter.ts';
import { type AudioDevice, LOST, MAX_PERIOD_FRAMES, READY, XRUN } from './device.ts';
import { FeedbackGuard } from './feedback-guard.ts';
import { InputLevel } from './input-level.ts';
import { InputControl, InputStage } from './input-stage.ts';
import { JitterBuffer } from './jitter-buffer.ts';
import type { MessageRing } from './message-ring.ts';
import { PeakMeter } from './meter.ts';
import { OutputControl, OutputStage } from './output-stage.ts';
import { PeriodStatistics } from './period-statistics.ts';
import { control, leave, meter, type SharedAudio, status } from './shared.ts';
import { StreamCoder } from './stream-coder.ts';

/** A gap longer than a quarter of a second is not concealed any more. */
const MAX_CONCEALED_FRAMES = SAMPLE_RATE / 4;

export class Engine {
  readonly #shared: SharedAudio;
  readonly #statistics: PeriodStatistics;
  readonly #coder: StreamCoder;
  readonly #jitter = new JitterBuffer();
  readonly #socket: AudioSocket;
  readonly #inputStage: InputStage;
  readonly #outputStage: OutputStage;
  readonly #inputMeter = new PeakMeter(SAMPLE_RATE);
  readonly #outputMeter = new PeakMeter(SAMPLE_RATE);
  readonly #inputLevel = new InputLevel();
  readonly #guard = new FeedbackGuard(SAMPLE_RATE);
  readonly #input = new Float32Array(2 * MAX_PERIOD_FRAMES);
  readonly #sent = new Float32Array(2 * MAX_PERIOD_FRAMES);
  readonly #network = new Float32Array(2 * MAX_PERIOD_FRAMES);
  readonly #output = new Float32Array(2 * MAX_PERIOD_FRAMES);
  readonly #block = new Float32Array(2 * MAX_BLOCK_FRAMES);
  #adapter = new BlockAdapter(64, 64);
  #frames = 64;
  #periodUs = 1333;
  #streaming = false;
  #streamLock = 0;
  #streamStart = 0;
  #guardOrder = 0;
  #clipReset = 0;

  /** @param wasm the content of build/opus.wasm */
  constructor(shared: SharedAudio, ring: MessageRing, socket: UdpSocket, wasm: Uint8Array<ArrayBuffer>) {
    this.#shared = shared;
    this.#statistics = new PeriodStatistics(shared, { ...control, ...status });
    this.#inputStage = new InputStage(MAX_PERIOD_FRAMES, shared.input);
    this.#outputStage = new OutputStage(shared.output);
    this.#coder = new StreamCoder(wasm);
    this.#socket = new AudioSocket(socket, shared, ring, this.#jitter);
  }

  /**
   * Runs until the main thread says `leave`, the device is lost, or `maxPeriods` (0 = no limit) have passed.
   * @returns true unless the device was lost
   */
  run(device: AudioDevice, maxPeriods = 0): boolean {
    this.#prepare(device.granted.periodFrames);
    const { controls } = this.#shared;
    for (let n = 0; maxPeriods === 0 || n < maxPeriods; n++) {
      if (Atomics.load(controls, control.leave) !== leave.not) return true;
      let result = device.wait();
      const startUs = nowUs();
      if (result === READY) result = device.read(this.#input);
      if (result === READY) {
        this.#applyControls();
        this.#processInput();
        this.#sendBlocks();
        this.#socket.drain(startUs);
        this.#receiveBlocks();
        this.#mixOutput();
        result = device.write(this.#output);
      }
      if (result === READY) this.#statistics.measure((nowUs() - startUs) | 0, device.wakeUpLatencyUs(), this.#periodUs);
      if (result === XRUN) {
        this.#count(status.xruns);
        result = device.recover();
      }
      if (result === LOST) return false;
    }
    return true;
  }

  /** Before the first period of a device; may allocate. */
  #prepare(periodFrames: number): void {
    if (periodFrames === this.#frames) return;
    this.#adapter = new BlockAdapter(periodFrames, this.#coder.blockFrames);
    this.#frames = periodFrames;
    this.#periodUs = Math.floor((periodFrames * 1_000_000) / SAMPLE_RATE);
  }

  #applyControls(): void {
    const { controls } = this.#shared;
    const lock = Atomics.load(controls, control.streamLock);
    if (lock !== this.#streamLock && (lock & 1) === 0) this.#changeStream(lock);
    // What the codec makes up for lost frames never ends in silence by itself.
    const lostFrames = this.#jitter.missRun * this.#coder.frameSamples;
    const playing = this.#streaming && this.#socket.audioSeen && lostFrames < MAX_CONCEALED_FRAMES;
    this.#shared.output[OutputControl.playing] = playing ? 1 : 0;
    if (controls[control.guardOrder] !== this.#guardOrder) {
      this.#guardOrder = controls[control.guardOrder] as number;
      if ((this.#guardOrder & 1) === 1) this.#guard.start();
      else this.#guard.stop();
      this.#shared.input[InputControl.guarded] = 0;
      this.#shared.status[status.guardTripped] = 0;
    }
    if (controls[control.clipReset] !== this.#clipReset) {
      this.#clipReset = controls[control.clipReset] as number;
      this.#inputMeter.resetClip();
      this.#outputMeter.resetClip();
    }
    const auto = controls[control.jitterAuto] !== 0;
    this.#jitter.setAuto(auto);
    const blocks = controls[control.jitterBlocks] as number;
    if (!auto && blocks >= 1 && blocks !== this.#jitter.size) this.#jitter.setSize(blocks);
  }

  /** Copies the stream's words, and uses them only if the main thread did not write meanwhile. */
  #changeStream(lock: number): void {
    const { controls, peer } = this.#shared;
    const coder = this.#coder;
    const on = controls[control.streamOn] === 1;
    const frameSamples = controls[control.frameSamples] as number;
    const channels = controls[control.channels] as 1 | 2;
    const frameBytes = controls[control.frameBytes] as number;
    const blockFactor = controls[control.blockFactor] as number;
    const sequenceNumbers = controls[control.sequenceNumbers] === 1;
    const raw = controls[control.raw] === 1;
    const start = controls[control.streamStart] as number;
    if (Atomics.load(controls, control.streamLock) !== lock) return;
    this.#streamLock = lock;
    const restart = on && start !== this.#streamStart;
    this.#streamStart = start;
    this.#streaming = on;
    if (!on) {
      this.#socket.close();
      return;
    }
    const blockFrames = frameSamples * blockFactor;
    const reblock = restart || blockFrames !== coder.blockFrames;
    coder.frameSamples = frameSamples;
    coder.channels = channels;
    coder.frameBytes = frameBytes;
    coder.blockFactor = blockFactor;
    coder.sequenceNumbers = sequenceNumbers;
    coder.raw = raw;
    coder.configured();
    if (restart) coder.reset();
    if (reblock) this.#adapter.configure(blockFrames);
    this.#jitter.configure(frameBytes, frameSamples === 64 ? 64 : 128, sequenceNumbers);
    this.#socket.open(peer, coder.datagramBytes, restart);
  }

  #processInput(): void {
    this.#inputStage.process(this.#input, this.#frames, this.#sent, 2);
    this.#inputMeter.process(this.#inputStage.boosted, this.#frames);
    this.#inputLevel.process(this.#inputStage.boosted, this.#frames);
    if (this.#guard.process(this.#inputLevel, this.#frames)) {
      this.#shared.input[InputControl.guarded] = 1;
      this.#shared.status[status.guardTripped] = 1;
    }
  }

  #sendBlocks(): void {
    if (!this.#streaming) return;
    this.#adapter.pushInput(this.#sent, this.#frames);
    this.#blocks = 0;
    while (this.#adapter.hasBlock()) {
      this.#adapter.takeBlock(this.#block);
      this.#coder.encode(this.#block, this.#socket.outgoing);
      this.#socket.send(this.#coder.datagramBytes);
      this.#blocks++;
    }
  }

  /** Blocks sent in this period: as many are played. */
  #blocks = 0;

  #receiveBlocks(): void {
    if (!this.#streaming) {
      this.#network.fill(0);
      return;
    }
    const words = this.#shared.status;
    for (let i = 0; i < this.#blocks; i++) {
      const misses = this.#coder.decode(this.#jitter, this.#block);
      this.#adapter.pushOutput(this.#block);
      this.#jitter.applyAuto();
      if (this.#socket.audioSeen) {
        words[status.gets] = ((words[status.gets] as number) + this.#coder.blockFactor) | 0;
        words[status.misses] = ((words[status.misses] as number) + misses) | 0;
      }
    }
    words[status.jitterSize] = this.#jitter.size;
    words[status.codecErrors] = this.#coder.errors;
    this.#adapter.pullOutput(this.#network, this.#frames);
  }

  #mixOutput(): void {
    this.#outputStage.process(this.#network, 2, this.#inputStage.local, this.#frames, this.#output);
    this.#outputMeter.process(this.#output, this.#frames);
    const { meters } = this.#shared;
    const input = this.#inputMeter;
    const output = this.#outputMeter;
    for (let channel = 0; channel < 2; channel++) {
      meters[meter.inLeft + channel] = input.level[channel] as number;
      meters[meter.outLeft + channel] = output.level[channel] as number;
      meters[meter.holds + meter.inLeft + channel] = input.hold[channel] as number;
      meters[meter.holds + meter.outLeft + channel] = output.hold[channel] as number;
    }
    this.#shared.status[status.clip] =
      (input.clipped[0] as number) |
      ((input.clipped[1] as number) << 1) |
      ((output.clipped[0] as number) << 2) |
      ((output.clipped[1] as number) << 3);
  }

  #count(at: number): void {
    const words = this.#shared.status;
    words[at] = ((words[at] as number) + 1) | 0;
  }
}
