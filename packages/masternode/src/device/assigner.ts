import type { AssignedPod } from '@nexqloud/control'
import type { agentContract, Assignment } from '@nexqloud/device'
import type { RpcPeer } from '@nexqloud/tunnel'

import { toDeviceSpec } from './device-pod.ts'
import type { CredentialReader } from './registry-credentials.ts'

/** What the assigner of a device works with. */
export type AssignerOptions = {
  readonly peer: Pick<RpcPeer<typeof agentContract>, 'request'>
  /** Which masternode's turn to drive it is. */
  readonly term: number
  readonly readCredentials: CredentialReader
  /** A set is about to be sent. */
  readonly onAssign: (serial: number, pods: readonly AssignedPod[]) => void
  /** The device knows a higher token for this pod's instance, and did not take it. */
  readonly onFenced: (pod: AssignedPod) => void
  /** The device did not take a set: the link is of no use any more. */
  readonly onFailure: (failure: unknown) => void
}

/** Returns who hands a device what it is to run, one set at a time: the newest replaces those that are not sent yet. */
export function createAssigner(options: AssignerOptions): (pods: readonly AssignedPod[]) => void {
  let next: readonly AssignedPod[] | undefined
  let serial = 0
  let isBusy = false

  async function send(): Promise<void> {
    while (next !== undefined) {
      const pods = next
      next = undefined
      serial += 1
      const assigned = await describePods(pods, options.readCredentials)
      options.onAssign(serial, pods)
      const ending = pods.filter(isEnding).map(describeEnd)
      const assignment = { term: options.term, serial, pods: assigned, ending }
      const { fenced } = await options.peer.request('assign', assignment)
      pods.filter(({ pod }) => fenced.includes(pod.metadata?.uid ?? '')).forEach(options.onFenced)
    }
  }

  return (pods) => {
    next = pods
    if (isBusy) return
    isBusy = true
    send()
      .catch(options.onFailure)
      .finally(() => {
        isBusy = false
      })
  }
}

function isEnding({ pod }: AssignedPod): boolean {
  return pod.metadata?.deletionTimestamp !== undefined
}

/** Whoever deletes a pod, or evicts it, may give it another grace than its own. */
function describeEnd({ pod: { metadata = {} } }: AssignedPod) {
  const { uid = '', deletionGracePeriodSeconds: graceSeconds = 0 } = metadata
  return { uid, graceSeconds }
}

/** A pod that is being deleted is not among it: the device ends it. */
function describePods(
  pods: readonly AssignedPod[],
  readCredentials: CredentialReader,
): Promise<Assignment['pods']> {
  const wanted = pods.filter((pod) => !isEnding(pod))
  return Promise.all(
    wanted.map(async ({ pod, fencingToken }) => {
      const { namespace = '', name = '', uid = '' } = pod.metadata ?? {}
      const { metadata, spec } = pod
      const credentials = await readCredentials(pod)
      return {
        namespace,
        name,
        uid,
        token: fencingToken,
        pod: { metadata: { labels: metadata?.labels ?? {} }, spec: spec && toDeviceSpec(spec) },
        ...(credentials !== undefined && { credentials }),
      }
    }),
  )
}
