import {
  addResources,
  hasRoom,
  noResources,
  subtractResources,
  type Resources,
} from '@nexqloud/rules'

/** What a pod takes, and from whom. */
export type Taking = {
  readonly device: string
  readonly asked: Resources
  /** Whose replica it is; empty where it stands alone. */
  readonly group: string
}

/** What pods have taken of devices. */
export type Takings = {
  /** A pod takes its part; again replaces what it had taken. The device need not be known yet. */
  readonly take: (uid: string, taking: Taking) => void
  /** Gives back what a pod had taken; whether it had. */
  readonly release: (uid: string) => boolean
  /** Returns what is taken of a device. */
  readonly of: (device: string) => Resources
  /** Returns the devices that a group's replicas are on. */
  readonly devicesOf: (group: string) => readonly string[]
}

/** Returns that nothing is taken; `onChange` is told whose room has changed. */
export function createTakings(onChange: (device: string) => void): Takings {
  const takings = new Map<string, Taking>()
  const sums = new Map<string, Resources>()
  const groups = new Map<string, Set<string>>()
  const of = (device: string): Resources => sums.get(device) ?? noResources

  function setSum(device: string, sum: Resources): void {
    if (hasRoom(noResources, sum)) sums.delete(device)
    else sums.set(device, sum)
    onChange(device)
  }

  function release(uid: string): boolean {
    const taking = takings.get(uid)
    if (taking === undefined) return false
    takings.delete(uid)
    const replicas = groups.get(taking.group)
    replicas?.delete(uid)
    if (replicas?.size === 0) groups.delete(taking.group)
    setSum(taking.device, subtractResources(of(taking.device), taking.asked))
    return true
  }

  return {
    take: (uid, taking) => {
      release(uid)
      takings.set(uid, taking)
      const { device, asked, group } = taking
      if (group !== '') groups.set(group, (groups.get(group) ?? new Set()).add(uid))
      setSum(device, addResources(of(device), asked))
    },
    release,
    of,
    devicesOf: (group) =>
      [...(groups.get(group) ?? [])].map((uid) => takings.get(uid)?.device ?? ''),
  }
}
