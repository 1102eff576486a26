/** The API over objects in memory, as moto's suite wants a server: it asks for a new world between its cases. */

import { openEc2Server } from '../../src/door/http-server.ts'
import type { DoorAnswer, DoorRequest } from '../../src/door/service-door.ts'
import { grantAssumed } from './assumed.ts'
import { motoImages } from './lab-images.ts'
import { openWorld, type World } from './open-world.ts'

export type MotoServer = {
  readonly url: string
  /** What should not have happened. */
  readonly faults: readonly unknown[]
  readonly close: () => Promise<void>
}

/** Opens one; port 0 is any that is free. */
export async function openMotoServer(port = 0): Promise<MotoServer> {
  const faults: unknown[] = []
  const tell = (failure: unknown): void => void faults.push(failure)
  const open = (): Promise<World> => openWorld(tell, { more: () => ({ images: motoImages }) })
  let world = await open()

  async function reset(): Promise<DoorAnswer> {
    const before = world
    world = await open()
    await before.close()
    return { status: 200, headers: {}, body: '{"status": "ok"}' }
  }

  async function answer(request: DoorRequest): Promise<DoorAnswer> {
    const first = await world.ec2.answer(request)
    const isGranted = await grantAssumed(world.client, request, first)
    return isGranted ? world.ec2.answer(request) : first
  }

  const server = await openEc2Server(
    (request) => (request.target === '/moto-api/reset' ? reset() : answer(request)),
    { host: '127.0.0.1', port },
  )
  return {
    url: `http://127.0.0.1:${server.port}`,
    faults,
    close: async () => {
      await server.close()
      await world.close()
    },
  }
}
