import type { DeviceId, InstanceKey } from '@nexqloud/kernel'

import type { Minute, WitnessedMinute, WitnessedPod, WitnessedRun } from './minute.ts'

/** Times are milliseconds since 1970; what lies in a minute that was taken is let fall. */
export type MinutePages = {
  readonly see: (device: DeviceId, ms: number) => void
  /** Pods ran on a device from a time to another one, which may lie in the next minute. */
  readonly credit: (
    ran: { readonly device: DeviceId; readonly pods: readonly WitnessedPod[] },
    span: readonly [fromMs: number, untilMs: number],
  ) => void
  /** What a pod ran on a device until now counts. */
  readonly confirm: (run: PodRun) => void
  /** What it ran since it was confirmed last does not count, as far as no minute of that was taken. */
  readonly retract: (run: PodRun) => void
  /** Returns what stands on the page of a minute, and takes it out with all before it. */
  readonly take: (minute: Minute) => WitnessedMinute
}

/** A pod on a device. */
type PodRun = { readonly device: DeviceId; readonly uid: string }

/** `openMs` of `ms` were not confirmed. */
type Part = { readonly instance: InstanceKey | undefined; ms: number; openMs: number }
/** What a pod ran on a device, apart for each that pays: a namespace may get another account within a minute. */
type Run = { readonly device: DeviceId; readonly parts: Part[] }
type Page = { readonly devices: Set<DeviceId>; readonly runs: Map<string, Run> }

/** Returns empty pages, one for each minute. */
export function createMinutePages(minuteAt: (ms: number) => Minute): MinutePages {
  const pages = new Map<number, Page>()
  let current: Minute | undefined
  let openMs = Number.NEGATIVE_INFINITY

  function settle({ device, uid }: PodRun, counts: boolean): void {
    for (const { runs } of pages.values()) {
      for (const part of runs.get(keyOf(uid, device))?.parts ?? []) {
        if (!counts) part.ms -= part.openMs
        part.openMs = 0
      }
    }
  }

  function find(ms: number): Minute {
    if (current === undefined || ms < current.startMs || ms >= current.endMs) current = minuteAt(ms)
    return current
  }

  function pageOf({ startMs }: Minute): Page {
    const page = pages.get(startMs) ?? { devices: new Set(), runs: new Map() }
    pages.set(startMs, page)
    return page
  }

  return {
    see: (device, ms) => {
      if (ms >= openMs) pageOf(find(ms)).devices.add(device)
    },
    credit: ({ device, pods }, [startMs, untilMs]) => {
      let fromMs = Math.max(startMs, openMs)
      while (fromMs < untilMs) {
        const minute = find(fromMs)
        const endMs = Math.min(untilMs, minute.endMs)
        addTo(pageOf(minute), { device, pods, ms: endMs - fromMs })
        fromMs = endMs
      }
    },
    confirm: (run) => settle(run, true),
    retract: (run) => settle(run, false),
    take: (minute) => {
      const page = pages.get(minute.startMs)
      openMs = Math.max(openMs, minute.endMs)
      for (const startMs of pages.keys()) if (startMs < openMs) pages.delete(startMs)
      return { index: minute.index, ...describe(page, minute.endMs - minute.startMs) }
    },
  }
}

function addTo(
  { runs }: Page,
  {
    device,
    pods,
    ms,
  }: { readonly device: DeviceId; readonly pods: readonly WitnessedPod[]; readonly ms: number },
): void {
  for (const { uid, instance } of pods) {
    const key = keyOf(uid, device)
    const run = runs.get(key) ?? { device, parts: [] }
    runs.set(key, run)
    let part = run.parts.find((each) => each.instance === instance)
    if (part === undefined) run.parts.push((part = { instance, ms: 0, openMs: 0 }))
    part.ms += ms
    part.openMs += ms
  }
}

const keyOf = (uid: string, device: DeviceId): string => `${uid}/${device}`

function describe(
  page: Page | undefined,
  minuteMs: number,
): Pick<WitnessedMinute, 'devices' | 'runs'> {
  const devices = [...(page?.devices ?? [])].toSorted((left, right) => left - right)
  const runs = sumByInstance(page)
    .map(({ ms, ...run }) => ({ ...run, seconds: Math.floor(Math.min(ms, minuteMs) / 1000) }))
    // A second that lies on the border of a minute in which the device was not heard is nobody's.
    .filter(({ device, seconds }) => seconds > 0 && page?.devices.has(device))
    .toSorted(compareRuns)
  return { devices, runs }
}

type Sum = Pick<WitnessedRun, 'instance' | 'device'> & { ms: number }

/** A pod and the one that replaces it may be of one instance, and on one device. */
function sumByInstance(page: Page | undefined): readonly Sum[] {
  const sums = new Map<string, Sum>()
  for (const { device, parts } of page?.runs.values() ?? []) {
    for (const { instance, ms } of parts) {
      if (instance === undefined) continue
      const key = keyOf(instance, device)
      const sum = sums.get(key) ?? { instance, device, ms: 0 }
      sum.ms += ms
      sums.set(key, sum)
    }
  }
  return [...sums.values()]
}

/** The order of runs: by instance, then device. */
export function compareRuns(
  left: Pick<WitnessedRun, 'instance' | 'device'>,
  right: Pick<WitnessedRun, 'instance' | 'device'>,
): number {
  if (left.instance !== right.instance) return left.instance < right.instance ? -1 : 1
  return left.device - right.device
}
