import { dimensionNames, dimensions, hasEnough, type Resources } from './resources.ts'

/** What keeps pods away from a device, as Kubernetes has it. */
export type Taint = { readonly key: string; readonly value: string; readonly effect: string }

/** What lets a pod bear a taint; an empty key bears every one, an empty effect every effect. */
export type Toleration = {
  readonly key: string
  readonly operator: 'Equal' | 'Exists'
  readonly value: string
  readonly effect: string
}

/** What a pod met on a device, and until when it is put there only if nothing else is left: milliseconds since 1970. */
export type Failure = {
  readonly device: string
  readonly reason: string
  readonly untilMs: number
}

/** Where a device may fail together with others. */
export type FailureDomains = {
  readonly owner: string
  readonly isp: string
  readonly area: string
}

/** A device, as placement sees it. */
export type Device = {
  /** Unique. */
  readonly name: string
  /** Architecture, region and tier are labels. */
  readonly labels: Readonly<Record<string, string>>
  readonly domains: FailureDomains
  /** What is not taken yet; may be below 0. */
  readonly free: Resources
  /** The CPUs of its machine, in thousandths. */
  readonly coresMilli: number
  readonly taints: readonly Taint[]
  /** Its owner or an operator wants no more pods on it. */
  readonly isCordoned: boolean
  readonly priceMicroUsdPerHour: bigint
  readonly latencyMs: number
  /** How likely it leaves within the hour, in basis points. */
  readonly riskBps: number
  /** Whatever was put there failed, or was moved again and again: until then it gets pods only if nothing else is left. Milliseconds since 1970; 0 where it is well. */
  readonly restsUntilMs: number
  /** Why it rests, where it does not fail. */
  readonly restReason?: string
}

/** What a pod wants of a device. */
export type Demand = {
  readonly asked: Resources
  /** What one of its containers may use at once, in thousandths of a CPU: more than is set aside for it where it may burst. */
  readonly coresMilli: number
  /** Labels that the device has to carry. */
  readonly labels: Readonly<Record<string, string>>
  readonly tolerations: readonly Toleration[]
  readonly failures: readonly Failure[]
  /** Where its disks are: they are nowhere else. */
  readonly home?: { readonly device: string; readonly disk: string }
}

/** Labels that have a word of their own. */
const words: Readonly<Record<string, string>> = {
  'kubernetes.io/arch': 'architecture',
  'topology.kubernetes.io/region': 'region',
  'nexqloud.io/tier': 'tier',
  'nexqloud.io/disks': 'disks',
}

/** Returns what people call a label. */
export function labelWord(label: string): string {
  return words[label] ?? `label ${label}`
}

/** Returns the first thing for which a device is refused, in words; nothing where the pod may go there. */
export function refusalOf(demand: Demand, device: Device): string | undefined {
  const refusal = policyRefusalOf(demand, device) ?? roomRefusalOf(demand, device)
  return refusal ?? (hasCores(demand, device) ? undefined : 'cores')
}

/** Whether a pod can ever use what it may: a size of four CPUs is no such thing on two. */
export function hasCores(
  demand: Pick<Demand, 'coresMilli'>,
  device: Pick<Device, 'coresMilli'>,
): boolean {
  return demand.coresMilli <= device.coresMilli
}

/** Returns what other than room speaks against a device. */
export function policyRefusalOf(demand: Demand, device: Device): string | undefined {
  if (!isHome(demand, device)) return 'disks'
  const label = Object.keys(demand.labels)
    .toSorted()
    .find((key) => device.labels[key] !== demand.labels[key])
  if (label !== undefined) return labelWord(label)
  if (device.isCordoned) return 'cordon'
  return unbearableTaint(demand, device) === undefined ? undefined : 'taints'
}

/** Whether a pod's disks can be where a device is. */
export function isHome({ home }: Pick<Demand, 'home'>, { name }: Pick<Device, 'name'>): boolean {
  return home === undefined || home.device === name
}

/** Returns a taint that keeps the pod away. */
export function unbearableTaint({ tolerations }: Demand, { taints }: Device): Taint | undefined {
  return taints.find(
    (taint) =>
      taint.effect !== 'PreferNoSchedule' && !tolerations.some((each) => isBorne(taint, each)),
  )
}

function isBorne(taint: Taint, { key, operator, value, effect }: Toleration): boolean {
  if (effect !== '' && effect !== taint.effect) return false
  if (key === '') return operator === 'Exists'
  return key === taint.key && (operator === 'Exists' || value === taint.value)
}

/** Returns the first dimension that a device has too little of. */
function roomRefusalOf({ asked }: Demand, { free }: Device): string | undefined {
  const short = dimensionNames.find((name) => !hasEnough(free[name], asked[name]))
  return short && dimensions[short]
}

/** Returns what the pod, or any pod, met here, where that is too recent; of several, what counts longest. */
export function failureOf(
  { failures }: Demand,
  {
    name,
    restsUntilMs,
    restReason = 'DeviceFailing',
  }: Pick<Device, 'name' | 'restsUntilMs' | 'restReason'>,
  nowMs: number,
): Failure | undefined {
  if (failures.length === 0 && restsUntilMs <= nowMs) return undefined
  const rest = { device: name, reason: restReason, untilMs: restsUntilMs }
  const here = [...failures, rest].filter(
    ({ device, untilMs }) => device === name && untilMs > nowMs,
  )
  return here.toSorted((left, right) => right.untilMs - left.untilMs)[0]
}
