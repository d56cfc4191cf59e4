/** How often a client that is in may do what costs everybody something. */
import type { Rate } from '../../jamulus/token-bucket.ts';

/**
 * Messages; the client repeats what is not acknowledged. A real one has one frame in flight, and moving a group of fifty
 * faders makes fifty messages twenty times a second at most.
 */
export const MESSAGE_RATE: Rate = { burst: 2000, perSecond: 1000 };
/** Chat lines; what is too much is lost. */
export const CHAT_RATE: Rate = { burst: 10, perSecond: 1 };
/** Changes of name, instrument, city: they make a list for everybody. What is too much is told later. */
export const INFOS_RATE: Rate = { burst: 10, perSecond: 1 };
