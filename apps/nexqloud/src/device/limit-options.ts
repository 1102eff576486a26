import { parseHours, type OwnerLimits } from '@nexqloud/device'
import { BaseError } from '@nexqloud/kernel'
import { parseQuantity } from '@nexqloud/rules'

/** What a command line may say of limits; each by a word that lifts it, too. */
export type LimitOptions = {
  readonly cpu?: string
  readonly memory?: string
  readonly freeDisk?: string
  readonly network?: string
  readonly hours?: string
  readonly battery?: string
  readonly heat?: string
  readonly busy?: string
}

/** Words are no limit. */
class InvalidLimitError extends BaseError {
  constructor(option: string, { text, wanted }: { text: string; wanted: string }) {
    super(`--${option} "${text}" is no limit.`, {
      code: 'DEVICE_LIMIT_INVALID',
      kind: 'invalid',
      hint: `Write ${wanted}`,
    })
  }
}

type Row = {
  readonly option: string
  /** Lifts the limit. */
  readonly word: string
  readonly wanted: string
  /** Returns the limits that the text says; nothing where it says none. */
  readonly parse: (text: string) => OwnerLimits | undefined
  readonly lifted: OwnerLimits
}

const rows: Readonly<Record<keyof LimitOptions, Row>> = {
  cpu: {
    option: 'cpu',
    word: 'all',
    wanted: 'the per cent of all CPUs that tenants may use, e.g. 50, or all.',
    parse: (text) => percentOf(text, (cpuPercent) => (cpuPercent > 0 ? { cpuPercent } : undefined)),
    lifted: { cpuPercent: undefined },
  },
  memory: {
    option: 'memory',
    word: 'all',
    wanted: 'an amount of memory, e.g. 4Gi, or all.',
    parse: (text) => bytesOf(text, (memoryBytes) => ({ memoryBytes })),
    lifted: { memoryBytes: undefined },
  },
  freeDisk: {
    option: 'free-disk',
    word: 'none',
    wanted: 'what stays free on the disk, e.g. 50Gi, or none.',
    parse: (text) => bytesOf(text, (freeDiskBytes) => ({ freeDiskBytes })),
    lifted: { freeDiskBytes: undefined },
  },
  network: {
    option: 'network',
    word: 'any',
    wanted: 'an amount of bytes a month, e.g. 500G, or any.',
    parse: (text) => bytesOf(text, (volumeBytesPerMonth) => ({ volumeBytesPerMonth })),
    lifted: { volumeBytesPerMonth: undefined },
  },
  hours: {
    option: 'hours',
    word: 'always',
    wanted: 'days and times, e.g. "mon-fri 18:00-08:00; sat,sun 00:00-24:00", or always.',
    parse: (text) => limitOf(parseHours(text), (hours) => ({ hours })),
    lifted: { hours: undefined },
  },
  battery: {
    option: 'battery',
    word: 'always',
    wanted: 'the per cent above which the battery may be used, e.g. 60; 100 is never; or always.',
    parse: (text) => percentOf(text, (batteryPercent) => ({ batteryPercent })),
    lifted: { batteryPercent: undefined },
  },
  heat: {
    option: 'heat',
    word: 'any',
    wanted:
      'two temperatures in degrees Celsius: 80-90 yields from 80 on and pauses from 90 on; or any.',
    parse: parseHeat,
    lifted: { warmCelsius: undefined, hotCelsius: undefined },
  },
  busy: {
    option: 'busy',
    word: 'never',
    wanted:
      "the per cent of all CPUs from which on others' processes count as its owner's use, e.g. 25, or never.",
    parse: (text) =>
      percentOf(text, (busyPercent) => (busyPercent > 0 ? { busyPercent } : undefined)),
    lifted: { busyPercent: undefined },
  },
}

/**
 * Returns the limits that follow from those of before and what a command line says.
 *
 * @throws {@link InvalidLimitError}
 */
export function changeLimits(before: OwnerLimits, options: LimitOptions): OwnerLimits {
  const said = Object.entries(rows).flatMap(([name, row]) => {
    const text = options[name as keyof LimitOptions]
    return text === undefined ? [] : [readLimit(row, text)]
  })
  const limits = Object.assign({}, before, ...said)
  return Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined))
}

function readLimit({ option, word, wanted, parse, lifted }: Row, text: string): OwnerLimits {
  const limits = text === word ? lifted : parse(text.trim())
  if (limits === undefined) throw new InvalidLimitError(option, { text, wanted })
  return limits
}

/** Whether a command line says anything of limits. */
export function hasLimits(options: LimitOptions): boolean {
  return Object.keys(rows).some((name) => options[name as keyof LimitOptions] !== undefined)
}

function percentOf(
  text: string,
  limits: (percent: number) => OwnerLimits | undefined,
): OwnerLimits | undefined {
  const [, digits] = /^(\d{1,3}(?:\.\d{1,2})?)%?$/.exec(text) ?? []
  const percent = Number(digits ?? Number.NaN)
  return percent <= 100 ? limits(percent) : undefined
}

function bytesOf(text: string, limits: (bytes: number) => OwnerLimits): OwnerLimits | undefined {
  const bytes = parseQuantity(text, 'whole', 'down')
  return bytes !== undefined && bytes <= 2 ** 50 ? limits(bytes) : undefined
}

function limitOf<Value>(
  value: Value | undefined,
  limits: (value: Value) => OwnerLimits,
): OwnerLimits | undefined {
  return value === undefined ? undefined : limits(value)
}

function parseHeat(text: string): OwnerLimits | undefined {
  const [, warm, hot] = /^(\d{2,3})-(\d{2,3})$/.exec(text) ?? []
  const [warmCelsius, hotCelsius] = [Number(warm), Number(hot)]
  const isInOrder = 20 <= warmCelsius && warmCelsius <= hotCelsius && hotCelsius <= 120
  return isInOrder ? { warmCelsius, hotCelsius } : undefined
}
