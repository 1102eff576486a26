import { systemClock } from '@nexqloud/kernel'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import type { ContainerEngine } from '../src/container-engine.ts'
import { openEngine } from '../src/docker/open-engine.ts'
import { createCleanup } from './lab/cleanup.ts'
import { startDocker } from './lab/docker-daemon.ts'
import { openNamespace } from './lab/namespace.ts'
import { bringPrograms } from './lab/packages.ts'
import { openScratchFolder } from './lab/scratch.ts'

/** Docker as it is installed makes some thirty networks; here it makes two, one of which is its own. */

const skip = bringPrograms(['dockerd'])
const cleanup = createCleanup()
let engine: ContainerEngine

beforeAll(async () => {
  if (skip !== undefined) return
  const flags = ['--default-address-pool=base=10.99.0.0/24,size=25']
  const { socketPath } = await startDocker(openNamespace(cleanup), cleanup, flags)
  const dataFolder = openScratchFolder(cleanup)
  engine = await openEngine({ socketPath, owner: 'device', dataFolder, clock: systemClock })
})
afterAll(cleanup.run)
beforeEach((context) => {
  if (skip !== undefined) context.skip(skip)
})

test('more accounts than the engine has ranges for have a network each, also at once', async () => {
  const names = Array.from({ length: 6 }, (_, index) => `account-${index}`)
  await Promise.all(names.map((name) => engine.createNetwork({ name, hasInternet: true })))
  const made = (await engine.listNetworks()).map(({ name }) => name)
  expect(made.toSorted()).toEqual(names)
  for (const name of names) await engine.removeNetwork(name)
})
