import { expect, test } from 'vitest'

import type { ContainerId } from '../container/specification.ts'
import { ContainerNotFoundError, EngineUnreachableError } from '../errors.ts'
import type { ContainerAnswer } from './answers.ts'
import { createLifeSignReader } from './read-life-sign.ts'

const id = 'ab'.repeat(32) as ContainerId

test('a container that runs, and whose network answers, lives', async () => {
  const { read, reached } = setup({ kernel: 'runs' })
  expect(await read(id, 4711)).toBe('lives')
  expect(reached).toEqual(['10.0.0.2:4711'])
})

test('one whose network does not answer is silent, whatever its process does', async () => {
  const lab = setup({ kernel: 'runs', answers: false })
  expect(await lab.read(id, 80)).toBe('silent')
  lab.scene.address = '10.0.0.3'
  expect(await lab.read(id, 80)).toBe('silent')
  expect(lab.reached).toEqual(['10.0.0.2:80', '10.0.0.3:80'])
})

test('one that lets the queue of its own port fill lives all the same', async () => {
  const lab = setup({ kernel: 'runs', answers: false, listens: 8080 })
  expect(await lab.read(id, 8080)).toBe('lives')
  expect(await lab.read(id, 80)).toBe('silent')
})

test('one that is held is found without a word to it, or to the engine', async () => {
  const lab = setup({ kernel: 'runs' })
  await lab.read(id, 80)
  lab.scene.kernel = 'held'
  expect(await lab.read(id, 80)).toBe('held')
  expect(lab.reached).toHaveLength(1)
  expect(lab.inspections()).toBe(1)
})

test('where the kernel shows nothing, the engine’s word counts', async () => {
  const lab = setup({ status: 'paused' })
  expect(await lab.read(id, 80)).toBe('held')
  lab.scene.status = 'running'
  expect(await lab.read(id, 80)).toBe('lives')
})

test('one that is not there, or has ended, has ended', async () => {
  const lab = setup({ status: 'exited' })
  expect(await lab.read(id, 80)).toBe('ended')
  lab.scene.failure = new ContainerNotFoundError(id, 'device')
  expect(await lab.read(id, 80)).toBe('ended')
})

test('an engine that went away takes no life from containers that are seen to run', async () => {
  const lab = setup({ kernel: 'runs' })
  await lab.read(id, 80)
  lab.scene.failure = new EngineUnreachableError('inspect', new Error('ECONNREFUSED'))
  expect(await lab.read(id, 80)).toBe('lives')
  lab.scene.kernel = undefined
  await expect(lab.read(id, 80)).rejects.toBe(lab.scene.failure)
})

test('one without an address of its own is asked nothing', async () => {
  const { read, reached } = setup({ kernel: 'runs', address: '' })
  expect(await read(id, 80)).toBe('lives')
  expect(reached).toEqual([])
})

type Scene = {
  kernel?: 'runs' | 'held' | undefined
  status?: string
  answers?: boolean
  listens?: number
  address?: string
  failure?: Error
}

function setup(scene: Scene) {
  const reached: string[] = []
  let inspections = 0
  const read = createLifeSignReader({
    containers: {
      inspect: async () => {
        inspections += 1
        if (scene.failure !== undefined) throw scene.failure
        const { status = 'running', address = '10.0.0.2' } = scene
        return {
          State: { Status: status, Pid: 7 },
          NetworkSettings: { Networks: { tn: { IPAddress: address } } },
        } as unknown as ContainerAnswer
      },
    },
    lookAtProcess: async (pid) => (pid === 7 ? scene.kernel : undefined),
    lookAtPort: async (pid, port) => pid === 7 && port === scene.listens,
    reach: async (address, port) => {
      reached.push(`${address}:${port}`)
      return scene.answers ?? true
    },
  })
  return { scene, read, reached, inspections: () => inspections }
}
