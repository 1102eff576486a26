import type { Clock } from '@nexqloud/kernel'

import type { Ec2Options } from '../../src/door/open-ec2.ts'
import { openDoor, type Door } from './open-door.ts'
import { openWorld, type World } from './open-world.ts'

/** AWS's own client before a world of its own. */
export type Lab = Door & {
  readonly world: World
  /** What went wrong on our side. */
  readonly faults: readonly unknown[]
}

/** Opens one. */
export async function openLab(clock?: Clock, own: Partial<Ec2Options> = {}): Promise<Lab> {
  const faults: unknown[] = []
  const world = await openWorld((failure) => faults.push(failure), {
    ...(clock && { clock }),
    more: () => own,
  })
  const door = await openDoor(world.ec2)
  return {
    ...door,
    world,
    faults,
    close: async () => {
      await door.close()
      await world.close()
    },
  }
}
