/** A server as the musician chose it. */
export interface ServerTarget {
  /** As parseServerAddress takes it. */
  readonly address: string;
  /** What screens call it. */
  readonly label: string;
}
