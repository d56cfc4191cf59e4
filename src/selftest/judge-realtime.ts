/** Real-time rights and punctuality: from measurements to findings. Pure. */
import type { PercentilesUs } from '../audio/percentiles.ts';
import type { SchedulingGrant } from '../linux/scheduling.ts';
import { type Finding, fail, forBoard, look, ok } from './finding.ts';

/** Wake-ups of one thread, 1000 a second. */
export interface WakeUpLatency extends PercentilesUs {
  readonly core: number;
  readonly grant: SchedulingGrant;
  readonly seconds: number;
}

/** What a PREEMPT_RT kernel keeps to on an isolated core of these boards, with room. */
const PUNCTUAL_US = 200;
/** Half a period of 64 frames: the rest is for the work. */
const TOO_LATE_US = 667;
/** Nothing with a deadline lives on the other cores. */
const OTHER_CORE_US = 2000;

export function judgeRealtime(
  reserved: WakeUpLatency,
  other: WakeUpLatency | undefined,
  isBoard: boolean,
): readonly Finding[] {
  const findings = [judgeGrant(reserved), judgeReserved(reserved)];
  if (other !== undefined) findings.push(judgeOther(other));
  return findings.map((finding) => forBoard(isBoard, finding));
}

function judgeGrant({ core, grant }: WakeUpLatency): Finding {
  const { fifo } = grant;
  const numbers = { core, priority: 'priority' in fifo ? fifo.priority : null };
  const rights = 'run it as root, or under LimitRTPRIO as in jambox.service';
  if ('refused' in fifo) return fail('real-time rights', `no SCHED_FIFO: ${fifo.refused}`, rights, numbers);
  if (grant.core !== undefined && 'refused' in grant.core) {
    return fail(
      'real-time rights',
      `not on core ${core}: ${grant.core.refused}`,
      'see AllowedCPUs of the unit',
      numbers,
    );
  }
  return ok('real-time rights', `SCHED_FIFO ${fifo.priority} on core ${core}`, numbers);
}

function judgeReserved(latency: WakeUpLatency): Finding {
  const item = `wake-up core ${latency.core}`;
  const text = words(latency);
  if (latency.maxUs > TOO_LATE_US) {
    return fail(item, text, `above ${TOO_LATE_US} µs: sound would drop; look at the items above`, numbersOf(latency));
  }
  if (latency.maxUs > PUNCTUAL_US) {
    return look(item, text, `above ${PUNCTUAL_US} µs: something else runs on this core`, numbersOf(latency));
  }
  return ok(item, text, numbersOf(latency));
}

function judgeOther(latency: WakeUpLatency): Finding {
  const item = `wake-up core ${latency.core}`;
  if (latency.p999Us <= OTHER_CORE_US) return ok(item, words(latency), numbersOf(latency));
  return look(item, words(latency), 'the machine is busy or stands still now and then', numbersOf(latency));
}

function words({ p50Us, p99Us, p999Us, maxUs, seconds }: WakeUpLatency): string {
  return `late by p50 ${p50Us}, p99 ${p99Us}, p99.9 ${p999Us}, max ${maxUs} µs in ${seconds} s`;
}

function numbersOf({ grant: _, ...numbers }: WakeUpLatency) {
  return numbers;
}
