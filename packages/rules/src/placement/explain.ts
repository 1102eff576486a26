import { hasCores, isHome, labelWord, policyRefusalOf, unbearableTaint } from './filter.ts'
import type { Demand, Device } from './filter.ts'
import {
  dimensionNames,
  dimensions,
  formatAmount,
  hasEnough,
  hasRoom,
  largestResources,
  type Dimension,
} from './resources.ts'

/** Why no device may have a pod. */
export type Blocked = {
  /** What blocks it: a word of the rule's, e.g. `memory`, `region`, `taints`. */
  readonly by: string
  /** With the numbers. */
  readonly message: string
}

/**
 * Returns what blocks a pod that has no device: the last thing that devices were refused for when they are asked one thing after
 * the other: first where its disks are, then labels, then cordons and taints, then room, then how many CPUs there are at all.
 */
export function explainBlock(demand: Demand, devices: readonly Device[]): Blocked {
  const absent = blocked('devices', 'no device is connected')
  if (devices.length === 0) return absent
  let left = devices
  for (const ask of [explainHome, explainLabels, explainPolicy, explainRoom, explainCores]) {
    const { why, rest } = ask(demand, left)
    if (why !== undefined) return withHome(why, demand)
    left = rest
  }
  return absent
}

/** What one question leaves, or why it leaves nothing. */
type Step = { readonly why?: Blocked; readonly rest: readonly Device[] }

function explainHome(demand: Demand, devices: readonly Device[]): Step {
  const rest = devices.filter((device) => isHome(demand, device))
  if (rest.length > 0) return { rest }
  return { why: blocked('disks', 'their device is not connected'), rest }
}

/** Whoever has disks waits for one device, whatever else there is. */
function withHome({ by, message }: Blocked, { home }: Demand): Blocked {
  if (home === undefined) return { by, message }
  return { by, message: `${message}; ${home.disk} is on ${home.device} alone` }
}

function explainLabels({ labels }: Demand, devices: readonly Device[]): Step {
  let rest = devices
  for (const key of Object.keys(labels).toSorted()) {
    const matching = rest.filter((device) => device.labels[key] === labels[key])
    if (matching.length === 0) {
      const there = [...new Set(rest.map((device) => device.labels[key] ?? 'none'))].toSorted()
      const found = there.length > 5 ? `${there.slice(0, 5).join(', ')} …` : there.join(', ')
      const text = `asked ${labels[key]}, ${countOf(rest, 'has', 'have')} ${found}`
      return { why: blocked(labelWord(key), text), rest: [] }
    }
    rest = matching
  }
  return { rest }
}

function explainPolicy(demand: Demand, devices: readonly Device[]): Step {
  const rest = devices.filter((device) => policyRefusalOf(demand, device) === undefined)
  if (rest.length > 0) return { rest }
  const tainted = devices.filter(({ isCordoned }) => !isCordoned)
  const [first] = tainted
  if (first === undefined) {
    return { why: blocked('cordon', `${countOf(devices, 'takes', 'take')} no more pods`), rest }
  }
  if (tainted.every((device) => isFull(demand, device))) {
    const text = `${countOf(tainted, 'has', 'have')} a disk that is full`
    return { why: blocked('full disks', text), rest }
  }
  const { key, value, effect } = unbearableTaint(demand, first) ?? {
    key: '',
    value: '',
    effect: '',
  }
  const taint = `${key}${value === '' ? '' : `=${value}`}:${effect}`
  const text = `${countOf(tainted, 'has', 'have')} taints that the pod does not tolerate, e.g. ${taint}`
  return { why: blocked('taints', text), rest }
}

/** Kubernetes' own taint of a machine whose disk is full. */
const FULL_DISK = 'node.kubernetes.io/disk-pressure'

function isFull(demand: Demand, device: Device): boolean {
  return unbearableTaint(demand, device)?.key === FULL_DISK
}

function explainRoom({ asked }: Demand, devices: readonly Device[]): Step {
  const rest = devices.filter(({ free }) => hasRoom(free, asked))
  const [first, ...others] = devices
  if (rest.length > 0 || first === undefined) return { rest }
  const largest = others.reduce((most, { free }) => largestResources(most, free), first.free)
  const short = dimensionNames.find((name) => !hasEnough(largest[name], asked[name]))
  if (short !== undefined) {
    const [has, wants] = [Math.max(0, largest[short]), asked[short]]
    const text = `the largest free device has ${formatAmount(short, has, 'down')}, asked ${formatAmount(short, wants, 'up')}`
    return { why: blocked(dimensions[short], text), rest }
  }
  return { why: explainCombination({ asked }, devices), rest }
}

function explainCores(demand: Demand, devices: readonly Device[]): Step {
  const rest = devices.filter((device) => hasCores(demand, device))
  if (rest.length > 0) return { rest }
  // Not spread into `Math.max`: a hundred thousand arguments are too many.
  const most = devices.reduce((so, { coresMilli }) => Math.max(so, coresMilli), 0)
  const text = `the largest machine with room has ${most / 1000} CPU, a container may use ${demand.coresMilli / 1000} CPU at once`
  return { why: blocked('cores', text), rest }
}

/** Each dimension is there, but not together. */
function explainCombination({ asked }: Pick<Demand, 'asked'>, devices: readonly Device[]): Blocked {
  const enough = (name: Dimension) =>
    devices.filter(({ free }) => hasEnough(free[name], asked[name])).length
  const scarce = dimensionNames.filter((name) => enough(name) < devices.length)
  const counts = scarce.map((name) => {
    const amount = formatAmount(name, asked[name], 'up')
    return `${enough(name)} of ${devices.length} have ${amount} of ${dimensions[name]}`
  })
  const by = scarce.map((name) => dimensions[name]).join(' and ')
  return blocked(by, `no device has all of it free: ${counts.join(', ')}`)
}

function countOf({ length }: readonly Device[], one: string, many: string): string {
  return length === 1 ? `the only device ${one}` : `all ${length} devices ${many}`
}

function blocked(by: string, text: string): Blocked {
  return { by, message: `blocked by ${by}: ${text}` }
}
