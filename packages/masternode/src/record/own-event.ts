import type { MasternodeId } from '@nexqloud/kernel'
import type { RecordedEvent } from '@nexqloud/store'

/** What happened to a masternode itself, as it tells it. */
export type OwnHappening = {
  /** One word for programs. */
  readonly cause: 'KubernetesAway' | 'ChainAway' | 'ClockOff' | 'ClockRight'
  readonly message: string
  readonly at: Date
}

/** Returns the event of what happened to a masternode, told by itself. */
export function ownEventOf(
  masternode: MasternodeId,
  { cause, message, at }: OwnHappening,
): RecordedEvent {
  const name = `masternode-${masternode}`
  return {
    key: `${name}/${cause}/${at.toISOString()}`,
    subject: 'masternode',
    namespace: '',
    name,
    podUid: '',
    device: '',
    type: cause === 'ClockRight' ? 'Normal' : 'Warning',
    cause,
    actor: name,
    message,
    evidence: '',
    at,
  }
}
