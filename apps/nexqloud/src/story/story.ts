import { livenessAfter } from '@nexqloud/control'

import { secondOf, type Happening } from '../instance/happenings.ts'
import type { Holding } from '../placement/holders.ts'
import { inOneLine } from '../printable.ts'

/** Something that happened, in words. */
export type Step = {
  /** ISO 8601. */
  readonly at: string
  /** One word for programs. */
  readonly cause: string
  readonly text: string
  /** How often it happened in a row; it is told with the time of the last one. */
  readonly times?: number
  /** The device that was chosen. */
  readonly placedOn?: string
}

/** Why something is as it is. */
export type Story = {
  readonly kind: 'instance' | 'device'
  readonly name: string
  readonly state: string
  /** One sentence. */
  readonly summary: string
  /** What holds now, in sentences. */
  readonly reasons: readonly string[]
  /** How it came to that, oldest first. */
  readonly steps: readonly Step[]
  readonly holding?: Holding
  /** What can be done about it. */
  readonly tries: readonly string[]
}

/** What says nothing that something else does not. */
const dull: ReadonlySet<string> = new Set(['Created', 'Pulled', 'Killing'])

const PLACED = /^Assigned \S+ to ([^\s,]+)/

const [darkAfter, lostAfter] = [livenessAfter.darkMs, livenessAfter.lostMs].map(
  (ms) => `${ms / 1000} s`,
)

/** Words for what is not clear by its own. */
const words: Readonly<Record<string, (happening: Happening) => string>> = {
  Scheduled: ({ message }) => message.replace(/^Assigned \S+ to /, 'placed on '),
  FailedScheduling: ({ message }) => `no device takes it: ${message}`,
  Started: () => 'its container started',
  Pulling: () => 'its image is pulled',
  Unhealthy: ({ message }) => `visitors do not reach it: ${message}`,
  DeviceDark: ({ device }) => `${device} went dark: nothing was heard of it for ${darkAfter}`,
  DeviceLost: ({ device, message }) =>
    message.startsWith(STOPPED)
      ? `stopped, to run elsewhere: ${device || 'its device'} was silent for ${lostAfter}`
      : `${device} counts as lost: nothing was heard of it for ${lostAfter}`,
  DeviceLive: ({ device }) => `${device} is connected`,
  DeviceDriven: ({ message }) => message,
  DeviceWorks: ({ message }) => message,
  DeviceFailing: ({ message }) => message,
  DeviceUnsteady: ({ message }) => message,
  Frozen: ({ message }) =>
    message.startsWith(STOPPED)
      ? 'its containers were stopped, as its account cannot pay for them'
      : message.replace(/^Frozen: /, 'frozen: '),
  Resumed: () => 'its account can pay for it again',
  UserStopped: ({ actor }) => `stopped by ${actor === 'user' ? 'its user' : actor}`,
}

/** How the healer begins what it says of a stop. */
const STOPPED = 'Stopped: '

/** Returns what happened in words, oldest first; what happened many times in a row is told once. */
export function tellSteps(happenings: readonly Happening[]): readonly Step[] {
  const told = happenings
    .filter(({ cause }) => !dull.has(cause))
    .toSorted((left, right) => secondOf(left.at) - secondOf(right.at))
    .map(stepOf)
  const steps: Step[] = []
  for (const step of told) {
    const last = steps.at(-1)
    const isSame = last?.cause === step.cause && last.text === step.text
    if (isSame) steps[steps.length - 1] = { ...step, times: (last.times ?? 1) + 1 }
    else steps.push(step)
  }
  return steps
}

function stepOf(happening: Happening): Step {
  const { at, cause, message, actor } = happening
  const tell = Object.hasOwn(words, cause) ? words[cause] : undefined
  const stopped = message.startsWith(STOPPED) ? `stopped by ${actor}: ` : ''
  const plain = `${stopped}${cause}: ${message.replace(STOPPED, '')}`
  const placedOn = cause === 'Scheduled' ? PLACED.exec(message)?.[1] : undefined
  const text = inOneLine(tell?.(happening) ?? plain)
  return { at, cause, text, ...(placedOn !== undefined && { placedOn }) }
}

/** Steps that are shown to people. */
const SHOWN = 30

/** Returns a story for people. */
export function tellStory({ summary, reasons, steps, tries }: Story): readonly string[] {
  const shown = steps.slice(-SHOWN)
  const left = steps.length - shown.length
  return [
    ...[summary, ...reasons].map(inOneLine),
    ...(shown.length === 0 ? [] : ['']),
    ...(left > 0 ? [`  ${left} earlier: --json tells all`] : []),
    ...shown.map(({ at, cause, text, times = 1 }) => {
      return `  ${timeOf(at)}  ${text}${times > 1 && cause !== 'Pulling' ? ` (${times} times)` : ''}`
    }),
    ...(tries.length === 0 ? [] : ['', 'What to do:', ...tries.map((each) => `  ${each}`)]),
  ]
}

/** Times of the API are in UTC, and so are those here. */
function timeOf(at: string): string {
  const ms = Date.parse(at)
  if (Number.isNaN(ms)) return 'some time'
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ')
}
