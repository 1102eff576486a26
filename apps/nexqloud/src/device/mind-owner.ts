import { OwnerMinder, type OwnerConditions, type OwnerStanding } from '@nexqloud/device'
import type { Clock } from '@nexqloud/kernel'

import type { DeviceEngine } from './open-engine.ts'
import { createWishesReader } from './owner-wishes.ts'
import type { VolumeCount } from './volume-count.ts'

type Minding = {
  readonly folder: string
  readonly clock: Clock
  readonly machine: DeviceEngine['machine']
  readonly standing: OwnerStanding
  readonly volume: VolumeCount
  readonly onLook: (conditions: OwnerConditions) => void
  /** Told once for each failure that is another one than before. */
  readonly onFault: (error: unknown) => void
}

/** Returns who minds the owner of a folder's device. */
export function createOwnerMinder({
  folder,
  clock,
  machine,
  volume,
  ...rest
}: Minding): OwnerMinder {
  const { signs, group } = machine
  const readWishes = createWishesReader(folder)
  let told: string | undefined
  return new OwnerMinder({
    ...rest,
    clock,
    signs,
    group,
    readWishes: () => readWishes(clock.wallMs()),
    countVolume: volume.count,
    onFault: (error) => {
      if (String(error) !== told) rest.onFault(error)
      told = String(error)
    },
  })
}
