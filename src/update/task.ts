/** The tasks of the update agent, by the words of the command line. */
import type { Agent } from './agent.ts';

/** Resolves with whether it went well; undefined: there is no such task. */
export function task(agent: Agent, verb: string, argument: string): Promise<boolean> | undefined {
  switch (verb) {
    case 'offer':
      return agent.offer(argument);
    case 'usb':
      return agent.usb(argument);
    case 'usb-gone':
      return agent.usbGone(argument);
    case 'check':
      return agent.check();
    case 'check-on':
      return agent.setCheck(true);
    case 'check-off':
      return agent.setCheck(false);
    case 'install':
      return agent.install();
    case 'idle':
      return agent.idle();
    case 'restart':
      return agent.restart();
    case 'health':
      return agent.health();
    case 'seen':
      return agent.seen();
    default:
      return undefined;
  }
}
