/** Serves the API over objects in memory, for suites that were not written here: `node serve-memory.ts PORT`. */

import { inspect } from 'node:util'

import { openEc2Server } from '../../src/door/http-server.ts'
import type { DoorAnswer, DoorRequest } from '../../src/door/service-door.ts'
import { openWorld } from './open-world.ts'

function tell(failure: unknown): void {
  process.stderr.write(`${inspect(failure)}\n`)
}

let world = await openWorld(tell)

/** moto's suite asks for a new world between its cases. */
async function reset(): Promise<DoorAnswer> {
  const before = world
  world = await openWorld(tell)
  await before.close()
  return { status: 200, headers: {}, body: '{"status": "ok"}' }
}

async function answer(request: DoorRequest): Promise<DoorAnswer> {
  return request.target === '/moto-api/reset' ? reset() : world.ec2.answer(request)
}

const server = await openEc2Server(answer, {
  host: '127.0.0.1',
  port: Number(process.argv[2] ?? 0),
})
process.stdout.write(`http://127.0.0.1:${server.port}\n`)
process.once('SIGTERM', () => process.exit())
