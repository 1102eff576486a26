import { livenessAfter, type DeviceState, type DeviceView } from '@nexqloud/control'
import { ageOf } from '@nexqloud/kube'
import type { DeviceRecord } from '@nexqloud/ledger'
import { formatAmount } from '@nexqloud/rules'

import type { Happening } from '../instance/happenings.ts'
import { tellSteps, type Story } from './story.ts'

/** What is known of a device. */
export type DeviceFacts = {
  readonly device: DeviceView
  /** Nothing where the chain does not tell. */
  readonly record: DeviceRecord | undefined
  /** Why it does not. */
  readonly problem: string | undefined
  readonly masternode: string
  /** Of its node, oldest first. */
  readonly happenings: readonly Happening[]
  readonly nowMs: number
}

/** What each state means for what is to be placed, and what can be done about it. */
const meanings: Readonly<Record<DeviceState, { readonly work: string; readonly tries: string[] }>> =
  {
    lost: {
      work: 'It gets nothing, and what it had is made again elsewhere.',
      tries: ['on that machine: nexqloud device status'],
    },
    dark: {
      work: `It gets nothing new; after ${livenessAfter.lostMs / 1000} s of silence what it has is made again elsewhere.`,
      tries: ['on that machine: nexqloud device status'],
    },
    paused: {
      work: 'It gets nothing, and what it had runs elsewhere.',
      tries: ['on that machine: nexqloud device resume'],
    },
    draining: {
      work: 'It gets nothing new, and what it has is moved.',
      tries: ['on that machine: nexqloud device drain --undo'],
    },
    'disk-full': {
      work: 'It gets nothing new until there is room; what it has runs on.',
      tries: ['on that machine: make room on the disk'],
    },
    cordoned: { work: 'It gets nothing new; what it has runs on.', tries: ['kubectl uncordon'] },
    failing: {
      work: 'It gets new instances only where no other device has room.',
      tries: ['on that machine: look into the log of its agent and of its container engine'],
    },
    yielding: { work: 'It may have new instances; its owner’s programs come first.', tries: [] },
    ready: { work: 'It may have new instances.', tries: [] },
  }

/** Returns why a device gets work, or none. */
export function storyOfDevice(facts: DeviceFacts): Story {
  const { device, masternode, happenings, nowMs } = facts
  const { name, state, since, why, pods } = device
  const span = since === undefined ? '' : ` for ${ageOf(since, nowMs)}`
  const { work, tries } = meanings[state]
  return {
    kind: 'device',
    name,
    state,
    summary: `${name} is ${state}${span}. ${work}`,
    reasons: [
      ...chainReasons(facts),
      ...(why === '' || state === 'ready' ? [] : [why]),
      roomOf(device),
      pods.length === 0 ? 'Nothing is placed on it.' : `On it: ${namesOf(device)}.`,
      `It is driven by ${masternode}.`,
    ],
    steps: tellSteps(happenings),
    tries: state === 'cordoned' ? [`kubectl uncordon ${name}`] : tries,
  }
}

function chainReasons({ record, problem }: DeviceFacts): readonly string[] {
  if (problem !== undefined) return [`How it stands on the chain could not be read: ${problem}`]
  if (record === undefined || record.status === 'active') return []
  return [`On the chain it is ${record.status}: only an active device gets instances.`]
}

function roomOf({ free, whole }: DeviceView): string {
  const of = (name: 'cpuMilli' | 'memoryBytes'): string =>
    `${formatAmount(name, free[name], 'down')} of ${formatAmount(name, whole[name], 'down')}`
  const isFull = free.cpuMilli === 0 || free.memoryBytes === 0 || free.pods === 0
  return `${isFull ? 'It is full' : 'Free'}: ${of('cpuMilli')}, ${of('memoryBytes')} of memory, room for ${free.pods} pods.`
}

/** Pods that are named. */
const SHOWN = 10

function namesOf({ pods }: DeviceView): string {
  const names = pods.map(({ metadata }) => `${metadata?.namespace}/${metadata?.name}`)
  const more = names.length - SHOWN
  return more > 0 ? `${names.slice(0, SHOWN).join(', ')} and ${more} more` : names.join(', ')
}
