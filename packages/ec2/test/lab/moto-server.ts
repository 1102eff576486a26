/** The API over objects in memory, as moto's suite wants a server: it asks for a new world between its cases. */

import { openEc2Server } from '../../src/door/http-server.ts'
import type { DoorAnswer, DoorRequest } from '../../src/door/service-door.ts'
import { openWorld } from './open-world.ts'

export type MotoServer = {
  readonly url: string
  /** What should not have happened. */
  readonly faults: readonly unknown[]
  readonly close: () => Promise<void>
}

/** Keys that its cases launch with without having made them. */
const keyPairs = ['foobar', 'keypair_name', 'kp-multiple', 'kp-single', 'test', 'the_key']

/** Opens one; port 0 is any that is free. */
export async function openMotoServer(port = 0): Promise<MotoServer> {
  const faults: unknown[] = []
  const tell = (failure: unknown): void => void faults.push(failure)
  let world = await openWorld(tell, { keyPairs })

  async function reset(): Promise<DoorAnswer> {
    const before = world
    world = await openWorld(tell, { keyPairs })
    await before.close()
    return { status: 200, headers: {}, body: '{"status": "ok"}' }
  }

  const answer = (request: DoorRequest): Promise<DoorAnswer> =>
    request.target === '/moto-api/reset' ? reset() : world.ec2.answer(request)
  const server = await openEc2Server(answer, { host: '127.0.0.1', port })
  return {
    url: `http://127.0.0.1:${server.port}`,
    faults,
    close: async () => {
      await server.close()
      await world.close()
    },
  }
}
