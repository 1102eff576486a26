import { setTimeout as wait } from 'node:timers/promises'

import { expect } from 'vitest'

import type { ContainerId } from '../../src/container/specification.ts'
import { runScript } from '../scripts.ts'
import { collectEvents, NOBODY, type Case } from './bench.ts'

/** What the port says of the machine, its networks and events, as cases that any engine is held to. */
export const machineCases: readonly Case[] = [
  {
    name: 'tells what the machine is',
    run: async ({ engine }) => {
      const { architecture, cpus, memoryBytes } = await engine.information()
      expect(['amd64', 'arm64']).toContain(architecture)
      expect(cpus).toBeGreaterThan(0)
      expect(memoryBytes).toBeGreaterThan(1e8)
    },
  },
  {
    name: 'tells what happens to its containers, and to no others',
    run: async ({ engine, other, withContainer, untilExited }) => {
      const abort = new AbortController()
      const events = collectEvents(await engine.watchEvents(abort.signal))
      const none = collectEvents(await other.watchEvents(abort.signal))
      let ended: ContainerId = NOBODY
      await withContainer({ command: runScript('fail') }, async (id) => {
        ended = id
        await engine.startContainer(id)
        await untilExited(id)
      })
      while (!events.found.some(({ type }) => type === 'removed')) await wait(10)
      abort.abort()
      await Promise.all([events.done, none.done])
      expect(none.found).toEqual([])
      expect(events.found.map(({ type }) => type)).toEqual(['started', 'died', 'removed'])
      expect(events.found).toEqual(
        expect.arrayContaining([expect.objectContaining({ type: 'died', id: ended, exitCode: 7 })]),
      )
    },
  },
  {
    name: 'makes networks that are its own, once, and removes them when they are empty',
    run: async ({ engine, other, withContainer, untilExited }) => {
      const name = 'suite-network'
      const network = await engine.createNetwork({ name, hasInternet: false })
      expect(network.bridge).toMatch(/^tn[0-9a-f]{13}$/)
      expect(await engine.createNetwork({ name, hasInternet: false })).toEqual(network)
      expect(await engine.listNetworks()).toEqual([network])
      expect(await other.listNetworks()).toEqual([])
      const taken = { code: 'ENGINE_NAME_TAKEN' }
      await expect(other.createNetwork({ name, hasInternet: false })).rejects.toMatchObject(taken)
      await expect(engine.createNetwork({ name, hasInternet: true })).rejects.toMatchObject(taken)
      await other.removeNetwork(name)
      const attached = { kind: 'bridge', name, aliases: ['web'] } as const
      await withContainer({ network: attached, command: runScript('serve') }, async (id) => {
        await engine.startContainer(id)
        expect((await engine.inspectContainer(id)).address).toMatch(/^\d+\.\d+\.\d+\.\d+$/)
        await expect(engine.removeNetwork(name)).rejects.toMatchObject({
          code: 'ENGINE_NETWORK_IN_USE',
        })
        const neighbour = { kind: 'container', id } as const
        await withContainer({ network: neighbour, command: runScript('fail') }, async (second) => {
          await engine.startContainer(second)
          await untilExited(second)
        })
      })
      await engine.removeNetwork(name)
      await engine.removeNetwork(name)
      expect(await engine.listNetworks()).toEqual([])
    },
  },
]
