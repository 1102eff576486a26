import type { ProbeAnswer } from '@nexqloud/device'
import type { Clock, MasternodeId } from '@nexqloud/kernel'
import type { RecordedEvent, WitnessedPod } from '@nexqloud/store'

import { createDeviceAllowances } from '../device/device-allowances.ts'

/** What a probe found: what the device says, or that it says nothing. */
export type ProbeSign = ProbeAnswer['pods'][number]['sign'] | 'unanswered'

/** A probe of a pod found otherwise than the one before. */
export type ProbeTurn = {
  readonly device: string
  readonly pod: Omit<WitnessedPod, 'instance'>
  readonly sign: ProbeSign
  readonly atMs: number
}

const words: Readonly<Record<Exclude<ProbeSign, 'lives'>, string>> = {
  silent: 'the network that its container is in does not answer',
  held: 'its container is kept from running, by somebody outside of it',
  ended: 'no container of it runs',
  unanswered: 'its device does not answer for it',
}

/** Of one device: all pods that it may have, there and back, and one a minute of a device that flaps. */
const TURNS = { burst: 1000, perSecond: 1 / 60 }

/** Returns who notes turns for the record, of each device as many as it may have there. */
export function createProbeNotes(
  masternode: MasternodeId,
  clock: Pick<Clock, 'steadyMs'>,
  add: (event: RecordedEvent) => void,
): (turn: ProbeTurn) => void {
  const allowanceOf = createDeviceAllowances(clock, TURNS)
  return (turn) => {
    if (allowanceOf(turn.device)()) add(probeEventOf(masternode, turn))
  }
}

function probeEventOf(
  masternode: MasternodeId,
  { device, pod, sign, atMs }: ProbeTurn,
): RecordedEvent {
  const { uid: podUid, namespace, name } = pod
  const holds = sign === 'lives'
  const cause = holds ? 'ProbeHolds' : 'ProbeFailed'
  const message = holds
    ? 'A probe found it running: its seconds are witnessed again.'
    : `${device} says that it runs, but ${words[sign]}: its seconds are not witnessed, until a probe finds it running.`
  return {
    key: `probe/${masternode}/${podUid}/${cause}/${atMs}`,
    subject: 'instance',
    namespace,
    name,
    podUid,
    device,
    type: holds ? 'Normal' : 'Warning',
    cause,
    actor: `masternode ${masternode}`,
    message,
    evidence: sign,
    at: new Date(atMs),
  }
}
