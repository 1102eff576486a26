import { expect } from 'vitest'

import { runScript } from '../scripts.ts'
import { read, failureOf, NOBODY, limits, type Case } from './bench.ts'

/** What the port says of containers, as cases that any engine is held to. */
export const containersCases: readonly Case[] = [
  {
    name: 'containers are listed by label, each to its owner',
    run: async ({ engine, other, withContainer }) => {
      await withContainer({ labels: { app: 'web', tier: 'a' } }, async (id) => {
        const [found, ...more] = await engine.listContainers({ app: 'web' })
        expect(more).toEqual([])
        expect(found).toMatchObject({ id, state: 'created', labels: { app: 'web', tier: 'a' } })
        expect(found?.labels).toEqual({ app: 'web', tier: 'a' })
        expect(await engine.listContainers({ app: 'web', tier: 'b' })).toEqual([])
        expect((await engine.listContainers()).map((one) => one.id)).toContain(id)
        expect(await other.listContainers()).toEqual([])
      })
    },
  },
  {
    name: 'containers of others are not touched',
    run: async ({ engine, other, withRunning }) => {
      await withRunning(async (id) => {
        const absent = { code: 'ENGINE_CONTAINER_NOT_FOUND', kind: 'notFound' }
        await expect(other.inspectContainer(id)).rejects.toMatchObject(absent)
        await expect(other.startContainer(id)).rejects.toMatchObject(absent)
        await expect(other.stopContainer(id, 0)).rejects.toMatchObject(absent)
        await expect(other.exec(id, { command: ['cat'] })).rejects.toMatchObject(absent)
        await expect(other.readStats(id)).rejects.toMatchObject(absent)
        await expect(read(other.readLogs(id, {}))).rejects.toMatchObject(absent)
        await other.removeContainer(id)
        expect(await engine.inspectContainer(id)).toMatchObject({ state: 'running' })
      })
    },
  },
  {
    name: 'containers that are not there are said not to be, and removed without a word',
    run: async ({ engine }) => {
      await expect(engine.startContainer(NOBODY)).rejects.toMatchObject({ kind: 'notFound' })
      await engine.removeContainer(NOBODY)
    },
  },
  {
    name: 'containers run with what their specification says, and again',
    run: async ({ engine, withContainer, untilExited }) => {
      const specification = {
        command: runScript('describe'),
        env: { GREETING: 'hello' },
        workingDir: '/tmp',
        user: '1000',
      }
      await withContainer(specification, async (id) => {
        for (const runs of [1, 2]) {
          await engine.startContainer(id)
          const { exit, startedAtMs = 0 } = await untilExited(id)
          expect(exit).toMatchObject({ code: 0, isOomKilled: false })
          expect(exit?.finishedAtMs).toBeGreaterThanOrEqual(startedAtMs)
          const { stdout } = await read(engine.readLogs(id, {}))
          expect(stdout).toBe('hello /tmp 1000\n'.repeat(runs))
        }
      })
    },
  },
  {
    name: 'containers are started and stopped twice as once',
    run: async ({ engine, withRunning }) => {
      await withRunning(async (id) => {
        await engine.startContainer(id)
        await engine.stopContainer(id, 20)
        await engine.stopContainer(id, 20)
        expect((await engine.inspectContainer(id)).exit?.code).toBe(0)
      })
    },
  },
  {
    name: 'containers that do not end when asked are killed after the grace',
    run: async ({ engine, withContainer }) => {
      await withContainer({ command: runScript('resist') }, async (id) => {
        await engine.startContainer(id)
        await read(engine.readLogs(id, { follow: true }), 1)
        await engine.stopContainer(id, 1)
        expect(await engine.inspectContainer(id)).toMatchObject({
          state: 'exited',
          exit: { code: 137 },
        })
      })
    },
  },
  {
    name: 'containers whose command is not there do not start',
    run: async ({ engine, withContainer }) => {
      await withContainer({ command: ['nothing'] }, async (id) => {
        const failure = await failureOf(engine.startContainer(id))
        expect(failure).toMatchObject({ code: 'ENGINE_START_FAILED', kind: 'invalid' })
        expect(failure.message).toContain('"nothing"')
        expect((await engine.inspectContainer(id)).state).toBe('created')
      })
    },
  },
  {
    name: 'containers are not made where image, network or name is wrong',
    run: async ({ engine, withContainer }) => {
      await withContainer({ name: 'taken' }, async (id) => {
        const { image } = await engine.inspectContainer(id)
        const good = {
          name: 'free',
          image,
          limits,
          capabilities: [],
          network: { kind: 'none' },
        } as const
        const taken = engine.createContainer({ ...good, name: 'taken' })
        await expect(taken).rejects.toMatchObject({ code: 'ENGINE_NAME_TAKEN' })
        const unknown = engine.createContainer({ ...good, image: `sha256:${NOBODY}` as never })
        await expect(unknown).rejects.toMatchObject({ code: 'ENGINE_IMAGE_NOT_FOUND' })
        for (const network of [
          { kind: 'bridge', name: 'absent' },
          { kind: 'container', id: NOBODY },
        ] as const) {
          const lost = engine.createContainer({ ...good, network })
          await expect(lost).rejects.toMatchObject({ kind: 'notFound' })
        }
        expect(await engine.listContainers()).toHaveLength(1)
      })
    },
  },
  {
    name: 'containers are measured while they run',
    run: async ({ engine, withRunning }) => {
      await withRunning(async (id) => {
        const stats = await engine.readStats(id)
        expect(stats.cpuNanoseconds).toBeGreaterThan(0n)
        expect(stats.memoryBytes).toBeGreaterThan(0)
        expect(stats.pids).toBeGreaterThan(0)
        await engine.stopContainer(id, 20)
        await expect(engine.readStats(id)).rejects.toMatchObject({ kind: 'conflict' })
      })
    },
  },
  {
    name: 'a container lives while it runs, and what somebody holds does not, whatever the engine takes it for',
    run: async ({ subject, engine, other, withContainer, withRunning, untilExited }) => {
      expect(await engine.readLifeSign(NOBODY, 80)).toBe('ended')
      await withRunning(async (id) => {
        expect(await engine.readLifeSign(id, 80)).toBe('lives')
        expect(await other.readLifeSign(id, 80)).toBe('ended')
        for (const hold of subject.holds) {
          const release = await hold(id)
          expect(await engine.readLifeSign(id, 80)).toBe('held')
          expect((await engine.inspectContainer(id)).state).toBe('running')
          await release()
          expect(await engine.readLifeSign(id, 80)).toBe('lives')
        }
      })
      await withContainer({ command: runScript('fail') }, async (id) => {
        expect(await engine.readLifeSign(id, 80)).toBe('ended')
        await engine.startContainer(id)
        await untilExited(id)
        expect(await engine.readLifeSign(id, 80)).toBe('ended')
      })
    },
  },
]
