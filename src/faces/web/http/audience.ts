/**
 * One text for all who watch: the whole state for a newcomer, then the keys that have changed since the last round. Each key
 * is compared and written once, however many watch.
 */

export class Audience {
  /** JSON of each key as it was sent last. */
  #sent: ReadonlyMap<string, string> = new Map();

  /** Data of the event that brings everybody up to date; null = nothing has changed. */
  change(state: object, nowMs: number): string | null {
    const now = new Map(Object.entries(state).map(([key, value]) => [key, JSON.stringify(value)]));
    const changed = [...now].filter(([key, json]) => this.#sent.get(key) !== json);
    this.#sent = now;
    return changed.length === 0 ? null : eventData(changed, nowMs);
  }

  /** Data for a newcomer, right after a `change`. */
  whole(nowMs: number): string {
    return eventData([...this.#sent], nowMs);
  }

  /** Nobody watches any more: nothing of people stays here (privacy C7). */
  clear(): void {
    this.#sent = new Map();
  }
}

function eventData(keys: readonly (readonly [string, string])[], nowMs: number): string {
  const set = keys.map(([key, json]) => `${JSON.stringify(key)}:${json}`).join(',');
  return `{"nowMs":${Math.round(nowMs)},"set":{${set}}}`;
}
