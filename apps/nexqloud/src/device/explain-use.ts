import { reasonInWords } from '@nexqloud/device'
import type { DeviceRecord } from '@nexqloud/ledger'

import type { AgentStatus, Trouble } from './agent-status.ts'
import { waitingInWords, type Waiting } from './waiting.ts'

/** Whether a device gets pods, and what stands in the way. */
export type Use = {
  readonly isUsable: boolean
  /** In plain words, what is most in the way first. */
  readonly reasons: readonly string[]
}

/**
 * Returns why a device is, or is not, used; `record` is undefined where the chain does not answer, `waiting` is what one waits
 * for that was not measured yet.
 */
export function explainUse(
  record: DeviceRecord | undefined,
  agent: AgentStatus | undefined,
  { waiting, nowMs }: { readonly waiting?: Waiting | undefined; readonly nowMs: number },
): Use {
  const waits = waiting === undefined ? [] : [waitingInWords(waiting)]
  const obstacles = [...obstaclesOnChain(record), ...waits, ...obstaclesOfAgent(agent)]
  if (obstacles.length > 0) return { isUsable: false, reasons: obstacles }
  const count = agent?.pods?.length ?? 0
  const now =
    count === 0
      ? 'It is ready, and nothing is placed on it now.'
      : `It is used: ${count === 1 ? '1 pod' : `${count} pods`}.`
  const rests = agent === undefined ? [] : restsInWords(agent, nowMs)
  const yields = agent?.owner?.reasons.map((code) => reasonInWords(code)) ?? []
  return { isUsable: true, reasons: [...rests, now, ...yields] }
}

function restsInWords({ failing, unsteady }: AgentStatus, nowMs: number): readonly string[] {
  return [...failingInWords(failing, nowMs), ...unsteadyInWords(unsteady, nowMs)]
}

function failingInWords(failing: AgentStatus['failing'], nowMs: number): readonly string[] {
  if (failing === undefined || Date.parse(failing.until) <= nowMs) return []
  const { instances, until } = failing
  return [
    `It fails: pods of ${instances} instances failed here in a row, and none ran. It gets new ones only where no other device has room, until ${until} or one is ready here. Look into the log of its agent and of its container engine.`,
  ]
}

function unsteadyInWords(unsteady: AgentStatus['unsteady'], nowMs: number): readonly string[] {
  if (unsteady === undefined || Date.parse(unsteady.until) <= nowMs) return []
  const { times, until } = unsteady
  return [
    `It comes and goes: the masternode lost it ${times} times within an hour. It gets new pods only where no other device has room, until ${until}. Look at its line and its power.`,
  ]
}

/** One sentence for each status; an active device has nothing in its way. */
const onChain = {
  registered: 'It was not measured yet: that takes a running agent.',
  measured: 'Its scores wait for its owner: nexqloud device accept',
  suspended: 'Its key has a new owner, who has to accept its scores: nexqloud device accept',
  retired: 'It is retired: nexqloud device join registers it anew.',
} as const

function obstaclesOnChain(record: DeviceRecord | undefined): readonly string[] {
  if (record === undefined) return ['The chain does not answer, so its status is not known.']
  return record.status === 'active' ? [] : [onChain[record.status]]
}

function obstaclesOfAgent(agent: AgentStatus | undefined): readonly string[] {
  if (agent === undefined) return ['Its agent does not run: nexqloud device run']
  const { isDraining, links, linkTrouble, owner } = agent
  return [
    ...(owner?.isDraining === true ? owner.reasons.map((code) => ownerInWords(code)) : []),
    ...(isDraining ? ['It is being drained: nexqloud device drain --undo ends that.'] : []),
    ...(links.length === 0
      ? [`No masternode has a link to it. ${troubleInWords(linkTrouble)}`.trim()]
      : []),
  ]
}

function ownerInWords(code: string): string {
  const hint = code === 'paused' ? ' nexqloud device resume ends that.' : ''
  return reasonInWords(code) + hint
}

function troubleInWords(trouble: Trouble | undefined): string {
  if (trouble === undefined) return ''
  const { message, hint } = trouble
  return hint === undefined ? message : `${message} ${hint}`
}
