import { setTimeout as wait } from 'node:timers/promises'

import { expect } from 'vitest'

import { runScript } from '../scripts.ts'
import { read, type Case } from './bench.ts'

/** What the port says of containers' output, as cases that any engine is held to. */
export const outputCases: readonly Case[] = [
  {
    name: 'output is read by stream, in part, and with its time',
    run: async ({ engine, withContainer, untilExited }) => {
      await withContainer({ command: runScript('count') }, async (id) => {
        const startMs = Date.now()
        expect(await read(engine.readLogs(id, {}))).toEqual({ stdout: '', stderr: '' })
        await engine.startContainer(id)
        await untilExited(id)
        const tail = await read(engine.readLogs(id, { tailLines: 2 }))
        expect(tail.stdout).toBe('two\nthree\n')
        const sinceMs = startMs + 3_600_000
        expect((await read(engine.readLogs(id, { sinceMs }))).stdout).toBe('')
        const since = await read(engine.readLogs(id, { sinceMs: startMs - 60_000 }))
        expect(since.stdout).toBe('one\ntwo\nthree\n')
        const dated = await read(engine.readLogs(id, { tailLines: 1, timestamps: true }))
        const [, stamp = '', text] = /^(\S+) (.*)\n$/.exec(dated.stdout) ?? []
        expect(text).toBe('three')
        expect(Math.abs(Date.parse(stamp) - startMs)).toBeLessThan(60_000)
      })
    },
  },
  {
    name: 'output is followed to the end',
    run: async ({ engine, withContainer, untilExited }) => {
      await withContainer({ command: runScript('greet') }, async (id) => {
        await engine.startContainer(id)
        expect(await read(engine.readLogs(id, { follow: true }))).toEqual({
          stdout: 'out\n',
          stderr: 'err\n',
        })
        expect((await untilExited(id)).exit?.code).toBe(3)
      })
    },
  },
  {
    name: 'output is followed until the signal',
    run: async ({ engine, withRunning }) => {
      await withRunning(async (id) => {
        const abort = new AbortController()
        const reading = read(engine.readLogs(id, { follow: true, signal: abort.signal }))
        await wait(20)
        abort.abort()
        await reading
        expect((await read(engine.readLogs(id, { signal: abort.signal }))).stdout).toBe('')
      })
    },
  },
  {
    name: 'output beyond its bounds is forgotten, the oldest first',
    run: async ({ engine, withContainer, untilExited }) => {
      await withContainer({ command: runScript('flood') }, async (id) => {
        await engine.startContainer(id)
        await untilExited(id)
        let total = 0
        let last = ''
        for await (const { bytes } of engine.readLogs(id, {})) {
          total += bytes.length
          last = Buffer.from(bytes).toString()
        }
        expect(total).toBeLessThan(21 * 1024 * 1024)
        expect(last).toBe('end\n')
      })
    },
  },
]
