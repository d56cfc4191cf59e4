/**
 * 21 REQ_NETW_TRANSPORT_PROPS. Server to client: announce your audio format with NETW_TRANSPORT_PROPS (messages.md
 * §4).
 */
import { emptyMessage } from './codec.ts';

export interface ReqNetwTransportProps {
  readonly type: 'REQ_NETW_TRANSPORT_PROPS';
}

export const reqNetwTransportProps = emptyMessage(21, 'REQ_NETW_TRANSPORT_PROPS');
