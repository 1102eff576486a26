import { formatHours, type OwnerLimits } from '@nexqloud/device'

import type { Field } from '../fields.ts'
import type { AgentStatus } from './agent-status.ts'

/** What an agent saw when it wrote last, by the names of its conditions. */
type Seen = NonNullable<AgentStatus['owner']>['seen']

/** Returns a line for each limit, and beside it what it is held against now; nothing is known of that where no agent runs. */
export function limitFields(limits: OwnerLimits, seen: Seen | undefined): readonly Field[] {
  const { cpuPercent, memoryBytes, freeDiskBytes, volumeBytesPerMonth, hours } = limits
  const { batteryPercent, warmCelsius, hotCelsius, busyPercent } = limits
  const beside = (name: string, words: (value: number) => string): string => {
    if (seen === undefined) return ''
    const value = seen[name]
    return value === undefined ? '; not told by this machine' : `; ${words(value)}`
  }
  return [
    ['cpu', cpuPercent === undefined ? 'all' : `${cpuPercent} % of all CPUs`],
    [
      'memory',
      `${memoryBytes === undefined ? 'all' : showBytes(memoryBytes)}${beside('memoryBytes', (value) => `${showBytes(value)} used now`)}`,
    ],
    [
      'free disk',
      `${freeDiskBytes === undefined ? 'none kept' : `${showBytes(freeDiskBytes)} stay free`}${beside('freeDiskBytes', (value) => `${showBytes(value)} free now`)}`,
    ],
    [
      'network',
      `${volumeBytesPerMonth === undefined ? 'any' : `${showBytes(volumeBytesPerMonth)} a month`}${beside('volumeBytes', (value) => `${showBytes(value)} in this month`)}`,
    ],
    ['hours', hours === undefined ? 'always' : formatHours(hours)],
    ['battery', batteryInWords(batteryPercent, seen)],
    [
      'heat',
      `${heatInWords({ warmCelsius, hotCelsius })}${beside('celsius', (value) => `${Math.round(value)} °C now`)}`,
    ],
    [
      'owner',
      `${busyPercent === undefined ? 'never yields' : `yields from ${busyPercent} % of all CPUs on, and to input`}${beside('othersCpuPercent', (value) => `${Math.round(value)} % now`)}${inputInWords(seen)}`,
    ],
  ]
}

function batteryInWords(percent: number | undefined, seen: Seen | undefined): string {
  const level = seen?.['batteryPercent']
  const now = level === undefined ? '' : `; on battery, at ${level} %`
  if (percent === undefined) return `used as far as it goes${now}`
  return `${percent >= 100 ? 'never used' : `used above ${percent} %`}${now}`
}

function heatInWords({ warmCelsius, hotCelsius }: OwnerLimits): string {
  if (warmCelsius === undefined && hotCelsius === undefined) return 'any'
  return `yields from ${warmCelsius ?? '-'} °C on, pauses from ${hotCelsius ?? '-'} °C on`
}

function inputInWords(seen: Seen | undefined): string {
  const ms = seen?.['sinceInputMs']
  return ms === undefined ? '' : `, input ${Math.round(ms / 1000)} s ago`
}

/** Returns an amount as it may be said on the command line. */
function showBytes(bytes: number): string {
  const units = ['', 'Ki', 'Mi', 'Gi', 'Ti'] as const
  const power = Math.min(4, Math.floor(Math.log2(Math.max(1, bytes)) / 10))
  return `${Number((bytes / 2 ** (10 * power)).toFixed(1))}${units[power]}`
}
