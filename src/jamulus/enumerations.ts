/**
 * The small enumerations of the protocol and their numbers on the wire (messages.md §3.4).
 * Functions from a number give undefined where the specification has receivers reject the message.
 */

/** What a musician may say of their skill. */
export const SKILLS = ['beginner', 'intermediate', 'expert'] as const;
/** In the order of the numbers on the wire. */
export const SKILL_LEVELS = ['not-set', ...SKILLS] as const;
export type SkillLevel = (typeof SKILL_LEVELS)[number];

/** Skill level of a wire value 0…255. The specification does not check the range: unknown values are 'not-set'. */
export function skillLevel(wire: number): SkillLevel {
  return SKILL_LEVELS[wire] ?? 'not-set';
}

export function skillLevelToWire(skill: SkillLevel): number {
  return SKILL_LEVELS.indexOf(skill);
}

const OPERATING_SYSTEMS = ['windows', 'macos', 'linux', 'android', 'ios', 'unix'] as const;
export type OperatingSystem = (typeof OPERATING_SYSTEMS)[number] | 'unknown';

/** Operating system of a wire value 0…255; 3.9.1 reports iOS as macOS and every other Unix as Linux. */
export function operatingSystem(wire: number): OperatingSystem {
  return OPERATING_SYSTEMS[wire] ?? 'unknown';
}

/** On the wire from 1 on. */
export const RECORDER_STATES = ['not-initialised', 'not-enabled', 'recording'] as const;
export type RecorderState = (typeof RECORDER_STATES)[number];

/** Recorder state of a wire value; undefined for every value but 1, 2 and 3. */
export function recorderState(wire: number): RecorderState | undefined {
  return RECORDER_STATES[wire - 1];
}

export function recorderStateToWire(state: RecorderState): number {
  return RECORDER_STATES.indexOf(state) + 1;
}

const REGISTRATION_RESULTS = ['registered', 'list-full', 'version-too-old', 'requirements-not-met'] as const;
export type RegistrationResult = (typeof REGISTRATION_RESULTS)[number];

/** Result of a registration at a directory; undefined for values above 3. */
export function registrationResult(wire: number): RegistrationResult | undefined {
  return REGISTRATION_RESULTS[wire];
}

export function registrationResultToWire(result: RegistrationResult): number {
  return REGISTRATION_RESULTS.indexOf(result);
}
