import { EC2 } from '@aws-sdk/client-ec2'
import type { Clock } from '@nexqloud/kernel'

import { openEc2Server } from '../../src/door/http-server.ts'
import type { Ec2Options } from '../../src/door/open-ec2.ts'
import { openWorld, type World } from './open-world.ts'

/** AWS's own client before a world of its own, in one region or more. */
export type Lab = {
  readonly world: World
  /** What went wrong on our side. */
  readonly faults: readonly unknown[]
  readonly clientIn: (region: string) => EC2
  readonly close: () => Promise<void>
}

/** Opens one; the door is a port of this machine. */
export async function openLab(clock?: Clock, own: Partial<Ec2Options> = {}): Promise<Lab> {
  const faults: unknown[] = []
  const world = await openWorld((failure) => faults.push(failure), {
    ...(clock && { clock }),
    more: () => own,
  })
  const server = await openEc2Server(world.ec2.answer, { host: '127.0.0.1', port: 0 })
  const clients = new Map<string, EC2>()
  const open = (region: string): EC2 => {
    const endpoint = `http://127.0.0.1:${server.port}`
    const credentials = { accessKeyId: 'FOOBARKEY', secretAccessKey: 'FOOBARSECRET' }
    return new EC2({ region, endpoint, credentials, maxAttempts: 1 })
  }
  return {
    world,
    faults,
    clientIn: (region) => {
      const client = clients.get(region) ?? open(region)
      clients.set(region, client)
      return client
    },
    close: async () => {
      for (const client of clients.values()) client.destroy()
      await server.close()
      await world.close()
    },
  }
}
