/** A pod's phase, in Kubernetes' words. */
export type PodPhase = 'Pending' | 'Running' | 'Succeeded' | 'Failed'

/** What happens to a pod as a whole. */
export type PodTurn = 'start' | 'succeed' | 'fail'

/** Which phase follows; what is not there changes nothing, so that a pod that has ended stays so. */
const transitions = {
  Pending: { start: 'Running', succeed: 'Succeeded', fail: 'Failed' },
  Running: { succeed: 'Succeeded', fail: 'Failed' },
  Succeeded: {},
  Failed: {},
} as const satisfies Record<PodPhase, Partial<Record<PodTurn, PodPhase>>>

/** Returns a pod's phase after a turn, or after none. */
export function nextPhase(phase: PodPhase, turn: PodTurn | undefined): PodPhase {
  const next: Partial<Record<PodTurn, PodPhase>> = transitions[phase]
  return (turn && next[turn]) ?? phase
}
