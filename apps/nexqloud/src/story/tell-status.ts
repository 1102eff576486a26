import { ageOf } from '@nexqloud/kube'
import { formatAmount } from '@nexqloud/rules'

import { formatFields, type Field } from '../fields.ts'
import { inOneLine } from '../printable.ts'
import { phaseWords, type InstancePhase } from './instance-phase.ts'
import { countWords, type Capacity, type NetworkStatus } from './network-status.ts'

/** Concerns that are shown to people. */
const SHOWN = 10

/** Returns a network's status as one screen. */
export function tellStatus(status: NetworkStatus, nowMs: number): readonly string[] {
  const { concerns } = status
  const fields: readonly Field[] = [
    ['chain', tellChain(status.chain, nowMs)],
    ...tellMasternodes(status),
    ...tellDevices(status),
    ...tellInstances(status),
  ]
  const shown = concerns.slice(0, SHOWN)
  const more = concerns.length - shown.length
  return [
    ...formatFields(fields),
    '',
    ...(concerns.length === 0 ? ['Nothing needs attention.'] : ['Needs attention:']),
    ...shown.flatMap(({ what, try: command }) => [`  ${inOneLine(what)}`, `    Try: ${command}`]),
    ...(more > 0 ? [`  and ${more} more: --json names all.`] : []),
  ]
}

function tellChain(chain: NetworkStatus['chain'], nowMs: number): string {
  if ('problem' in chain) return 'does not answer'
  const { url, height, blockAt } = chain
  return `${url}, height ${height}, newest block ${ageOf(blockAt, nowMs)} ago`
}

function tellMasternodes({ masternodes, masternodeProblem }: NetworkStatus): readonly Field[] {
  if (masternodeProblem !== undefined) return [['masternode', 'does not run']]
  return (masternodes ?? []).map(({ name, isDark, drives }, index) => {
    const does = `drives ${countWords(drives, 'device', 'devices')}`
    return [index === 0 ? 'masternode' : '', `${name} ${isDark ? 'is dark' : does}`]
  })
}

function tellDevices({ devices, instances }: NetworkStatus): readonly Field[] {
  if (devices === undefined) {
    return instances === undefined ? [] : [['devices', 'are shown to operators alone']]
  }
  const { count, byState, free, whole } = devices
  if (count === 0) return [['devices', 'none']]
  const room = `${amounts('cpuMilli', free, whole)}, ${amounts('memoryBytes', free, whole)} of memory`
  return [
    ['devices', parts(Object.entries(byState).toReversed(), (state) => state)],
    ['free', `${room}, on those that may get instances`],
  ]
}

function amounts(dimension: keyof Capacity, free: Capacity, whole: Capacity): string {
  const of = (each: Capacity): string => formatAmount(dimension, each[dimension], 'down')
  return `${of(free)} of ${of(whole)}`
}

function tellInstances({ instances }: NetworkStatus): readonly Field[] {
  if (instances === undefined) return []
  const { count, ...phases } = instances
  const told = parts(Object.entries(phases), (phase) => phaseWords[phase as InstancePhase])
  return [['instances', count === 0 ? 'none' : told]]
}

function parts(
  counts: readonly (readonly [name: string, count: number])[],
  wordOf: (name: string) => string,
): string {
  const some = counts.filter(([, count]) => count > 0)
  return some.map(([name, count]) => `${count} ${wordOf(name)}`).join(', ')
}
