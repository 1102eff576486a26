import type { AgentParts } from '@nexqloud/device'
import {
  backOffByDefault,
  createWindowBudget,
  dialLink,
  keepAliveByDefault,
  muxLimitsByDefault,
  type TlsIdentity,
} from '@nexqloud/tunnel'

import { faultOf } from '../fault.ts'
import type { AgentJournal } from './agent-journal.ts'
import { createMasternodeList } from './masternode-list.ts'
import type { Membership } from './membership.ts'
import type { DeviceAgentParts } from './start-agent.ts'

type UplinkOf = {
  readonly parts: DeviceAgentParts
  readonly joined: Membership
  readonly identity: TlsIdentity
  readonly journal: AgentJournal
}

/** How long it is dialled. */
export const DIAL_MS = 10_000
/** How long streams may go on at the end. */
const GRACE_MS = 1000

/** Returns how an agent finds and dials its masternodes. */
export function createUplink({ parts, joined, identity, journal }: UplinkOf): AgentParts['uplink'] {
  const { folder, ledger, clock, log, dialAt } = parts
  const { device, region } = joined
  const budget = createWindowBudget()
  return {
    targets: createMasternodeList({ ledger, folder, device, region }),
    random: Math.random,
    backOff: backOffByDefault,
    graceMs: GRACE_MS,
    onEvent: (event) => {
      const { name } = event
      const masternode = 'endpoint' in event ? `${event.endpoint.host}:${event.endpoint.port}` : ''
      if (name === 'linked') log.info({ masternode }, name)
      else if (name === 'unlinked')
        log.info({ masternode, reason: faultOf(event.error).message }, name)
      else log.warn({ masternode, err: event.error }, name)
      journal.onUplink(event)
    },
    dial: (endpoint, use, signal) =>
      dialLink(
        { ...endpoint, ...dialAt },
        {
          identity,
          timeoutMs: DIAL_MS,
          limits: muxLimitsByDefault,
          budget,
          clock,
          keepAlive: keepAliveByDefault,
          use,
        },
        signal,
      ),
  }
}
