import type { AgentStatus } from './agent-status.ts'

/** Why a masternode found what it found, by its code. */
const causes: Readonly<Record<string, string>> = {
  first: 'It was measured for the first time; what was found counts once its owner accepts.',
  unchanged: 'It was measured again, and has what it had.',
  changed: 'It was measured again, and has changed.',
  together:
    'It was measured in the same seconds as other devices of its owner or its network, and has less than alone.',
  sharesMachine:
    'It and other devices fell together twice in a row: they are one machine, and count as what that has.',
  forged: 'An answer of its agent did not follow from the nonce: it was not measured.',
  unanswered: 'Its agent did not answer until the time was over.',
  imitated:
    'Its agent says that it imitates a machine, and those are measured on a local network alone.',
  missedStart:
    'It was to be measured in the same seconds as other devices of its owner or its network, and was not there when they began: twice in a row, and they count as one machine.',
}

/** Returns what the masternode that measured a device last said of it, in sentences; nothing where none did since its agent was started. */
export function explainMeasured(measured: AgentStatus['measured']): readonly string[] {
  if (measured === undefined) return []
  const { cause, at } = measured
  return [`${causes[cause] ?? `A masternode says: ${cause}.`} (${at})`]
}
