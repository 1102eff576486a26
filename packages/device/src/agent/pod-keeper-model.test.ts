import { EngineUnreachableError, type ContainerEngine, type ContainerId } from '@nexqloud/engine'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { createMemoryDevice, createPod, type MemoryDevice } from '../../test/memory-device.ts'

/** What may happen to a device. */
type Step =
  | { readonly type: 'assign'; readonly pods: readonly Wanted[] }
  | { readonly type: 'pass'; readonly ms: number }
  | { readonly type: 'restart' }
  | { readonly type: 'kill' }
  | { readonly type: 'break'; readonly calls: number }

type Wanted = {
  readonly name: string
  readonly number: number
  readonly command: string
  readonly size: number
}

const wanted = fc.record<Wanted>({
  name: fc.constantFrom('web', 'db'),
  number: fc.integer({ min: 1, max: 3 }),
  command: fc.constantFrom('serve', 'resist', 'fail', 'finish'),
  size: fc.integer({ min: 1, max: 2 }),
})

const step: fc.Arbitrary<Step> = fc.oneof(
  fc
    .uniqueArray(wanted, { selector: ({ name }) => name, maxLength: 2 })
    .map((pods) => ({ type: 'assign', pods }) as const),
  fc.integer({ min: 0, max: 15_000 }).map((ms) => ({ type: 'pass', ms }) as const),
  fc.constantFrom({ type: 'restart' } as const, { type: 'kill' } as const),
  fc.integer({ min: 1, max: 6 }).map((calls) => ({ type: 'break', calls }) as const),
)

test('whatever happens, it comes to what is wanted, never runs an instance twice, and touches nothing foreign', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 10 }), async (steps) => {
      const { device, faults, doubles } = start()
      const foreign = await createForeigners(device)
      let last: readonly Wanted[] = []
      await device.keeper().assign({ term: 1, serial: 1, pods: [] })
      for (const each of steps) {
        if (each.type === 'assign') last = each.pods
        await take(each, device, faults)
      }
      faults.left = 0
      await assign(device, last)
      await device.clock.pass(700_000)
      const serving = last.filter(runsOn)
      const expected = serving.flatMap(({ name, number, command, size }) =>
        ['web', 'side']
          .slice(0, size)
          .map((one) => `${uidOf({ name, number, command, size })}-${one}`),
      )
      const names = (await device.running()).filter((name) => !name.startsWith('foreign'))
      expect(names.filter((name) => /serve|resist/.test(name))).toEqual(expected.toSorted())
      expect(doubles).toEqual([])
      const kept = new Set((await device.engine.listContainers()).map(({ id }) => id))
      expect(foreign.every((id) => kept.has(id))).toBe(true)
      await device.stop()
    }),
    { numRuns: 60 },
  )
})

function runsOn({ command }: Pick<Wanted, 'command'>): boolean {
  return ['serve', 'resist'].includes(command)
}

async function take(each: Step, device: MemoryDevice, faults: { left: number }): Promise<void> {
  if (each.type === 'assign') await assign(device, each.pods)
  if (each.type === 'pass') await device.clock.pass(each.ms)
  if (each.type === 'break') faults.left = each.calls
  if (each.type === 'restart') {
    // What is being done is finished by the engine, whose calls take no time here.
    const stopped = device.stop()
    await device.clock.pass(2000)
    await stopped
    device.start()
  }
  if (each.type === 'kill') {
    const first = (await device.engine.listContainers()).find(
      ({ name, state }) => state === 'running' && name.startsWith('nexqloud_'),
    )
    if (first !== undefined) {
      const stopped = device.engine.stopContainer(first.id, 0).catch(() => {})
      await device.clock.pass(0)
      await stopped
    }
  }
}

async function assign(device: MemoryDevice, pods: readonly Wanted[]): Promise<void> {
  const assigned = pods.map((pod) =>
    createPod(uidOf(pod), {
      name: pod.name,
      command: pod.command,
      containers: ['web', 'side'].slice(0, pod.size),
    }),
  )
  await device.keeper().assign({ term: 1, serial: 1, pods: assigned })
}

function uidOf({ name, number, command, size }: Wanted): string {
  return `${name}-${number}-${command}-${size}`
}

/** An agent whose engine fails when it is told to, and which is watched at each start of a container. */
function start() {
  const faults = { left: 0 }
  const doubles: string[] = []
  const device = createMemoryDevice((engine) => {
    const failing =
      <Args extends readonly unknown[], Result>(call: (...args: Args) => Promise<Result>) =>
      async (...args: Args): Promise<Result> => {
        if (faults.left > 0) {
          faults.left -= 1
          throw new EngineUnreachableError('memory')
        }
        return call(...args)
      }
    return {
      ...engine,
      listContainers: failing(engine.listContainers),
      createContainer: failing(engine.createContainer),
      stopContainer: failing(engine.stopContainer),
      removeContainer: failing(engine.removeContainer),
      startContainer: failing(async (id) => {
        await engine.startContainer(id)
        doubles.push(...(await findDoubles(engine)))
      }),
    }
  })
  return { device, faults, doubles }
}

/** Instances of which two pods run. */
async function findDoubles(engine: ContainerEngine): Promise<readonly string[]> {
  const running = (await engine.listContainers()).filter(({ state }) => state === 'running')
  const pods = Map.groupBy(running, ({ labels }) => labels['io.kubernetes.pod.name'] ?? '')
  return [...pods].flatMap(([name, containers]) => {
    const uids = new Set(containers.map(({ labels }) => labels['io.kubernetes.pod.uid']))
    return name !== '' && uids.size > 1 ? [name] : []
  })
}

/** Containers of the same owner that belong to no pod. */
async function createForeigners({ engine }: MemoryDevice): Promise<readonly ContainerId[]> {
  const { id: image } = await engine.pullImage({ image: 'registry.test/a/web:1' })
  const limits = { memoryBytes: 1e6, cpuMilli: 100, pids: 10 }
  const plain = { image, limits, capabilities: [], network: { kind: 'none' } } as const
  const labels = { 'io.kubernetes.pod.uid': 'web-1-serve-1' }
  return [
    await engine.createContainer({ ...plain, name: 'foreign-1' }),
    await engine.createContainer({ ...plain, name: 'foreign-2', labels }),
  ]
}
