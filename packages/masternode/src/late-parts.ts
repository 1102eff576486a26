import type { Driver, ElectionListener } from '@nexqloud/control'
import type { KubeletStreams, UsageReader } from '@nexqloud/kube'

import type { DeviceDoor } from './device/device-door.ts'
import type { RouterOptions } from './route/router.ts'

/** What is made after those who ask it. */
type Made = {
  readonly driver: Driver
  readonly devices: DeviceDoor
  readonly electionChanged: ElectionListener
}

/** What is asked of parts that are not made yet. */
export type LateParts = {
  readonly streams: KubeletStreams
  readonly usage: UsageReader
  readonly muxOf: RouterOptions['muxOf']
  readonly onAddress: RouterOptions['onAddress']
  readonly electionChanged: ElectionListener
  readonly set: (made: Made) => void
}

/** The API asks those who are made with its client: until they are, nobody is there. */
export function createLateParts(): LateParts {
  let made: Made | undefined
  const streams = (): KubeletStreams => {
    if (made === undefined) throw new TypeError('The masternode is still being opened.')
    return made.driver.streams
  }
  return {
    set: (parts) => {
      made = parts
    },
    streams: {
      log: (...args) => streams().log(...args),
      run: async (...args) => streams().run(...args),
      connect: async (...args) => streams().connect(...args),
    },
    usage: {
      nodes: () => made?.devices.usage.nodes() ?? [],
      pods: () => made?.devices.usage.pods() ?? [],
    },
    muxOf: (device) => made?.devices.linkOf(device)?.mux,
    onAddress: (device, instance) => made?.devices.tellAddress(device, instance),
    electionChanged: (task) => made?.electionChanged(task),
  }
}
