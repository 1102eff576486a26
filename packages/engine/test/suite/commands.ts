import { expect } from 'vitest'

import { createProber } from '../../src/probe/prober.ts'
import { runScript } from '../scripts.ts'
import { read, type Case } from './bench.ts'

/** What the port says of commands in containers, as cases that any engine is held to. */
export const commandsCases: readonly Case[] = [
  {
    name: 'commands read their input to its end and write it back',
    run: async ({ engine, withRunning }) => {
      await withRunning(async (id) => {
        const session = await engine.exec(id, { command: ['cat'], stdin: true })
        await session.write(Buffer.from('hello '))
        await session.write(Buffer.from('world'))
        session.endInput()
        expect((await read(session.output)).stdout).toBe('hello world')
        expect(await session.exitCode()).toBe(0)
      })
    },
  },
  {
    name: 'commands without input find its end at once',
    run: async ({ engine, withRunning }) => {
      await withRunning(async (id) => {
        const session = await engine.exec(id, { command: ['cat'] })
        expect((await read(session.output)).stdout).toBe('')
        expect(await session.exitCode()).toBe(0)
      })
    },
  },
  {
    name: 'commands write to two streams, and tell their exit code',
    run: async ({ engine, withRunning }) => {
      await withRunning(async (id) => {
        const session = await engine.exec(id, { command: runScript('greet') })
        expect(await read(session.output)).toEqual({ stdout: 'out\n', stderr: 'err\n' })
        expect(await session.exitCode()).toBe(3)
        const missing = await engine.exec(id, { command: ['nothing'] })
        await read(missing.output)
        expect([126, 127]).toContain(await missing.exitCode())
      })
    },
  },
  {
    name: 'commands have a terminal whose size is told',
    run: async ({ engine, withRunning }) => {
      await withRunning(async (id) => {
        const command = runScript('measure')
        const session = await engine.exec(id, { command, tty: true, stdin: true })
        await session.resize({ columns: 120, rows: 40 })
        let said = ''
        for await (const { bytes } of session.output) {
          if (said === '') await session.write(Buffer.from('size\n'))
          said += Buffer.from(bytes).toString()
        }
        expect(said).toContain('ready\r\n')
        expect(said).toContain('size 40 120\r\n')
        expect(await session.exitCode()).toBe(0)
        await session.resize({ columns: 80, rows: 24 })
      })
    },
  },
  {
    name: 'commands run as user, in folder and with environment',
    run: async ({ engine, withRunning }) => {
      await withRunning(async (id) => {
        const surroundings = { user: '1000', workingDir: '/tmp', env: { GREETING: 'hi' } }
        const session = await engine.exec(id, { command: runScript('describe'), ...surroundings })
        expect((await read(session.output)).stdout).toBe('hi /tmp 1000\n')
      })
    },
  },
  {
    name: 'commands may be let go of',
    run: async ({ engine, withRunning }) => {
      await withRunning(async (id) => {
        const session = await engine.exec(id, { command: ['cat'], stdin: true })
        session.close()
        await session.write(Buffer.from('nobody reads this'))
      })
    },
  },
  {
    name: 'commands do not run in a container that does not',
    run: async ({ engine, withContainer }) => {
      await withContainer({}, async (id) => {
        await expect(engine.exec(id, { command: ['cat'] })).rejects.toMatchObject({
          code: 'ENGINE_CONTAINER_STATE',
        })
      })
    },
  },
  {
    name: 'commands are probes: they pass, they fail, or they are given up',
    run: async ({ engine, withRunning }) => {
      await withRunning(async (id) => {
        const exec = (command: readonly string[]) => engine.exec(id, { command })
        const probe = createProber({ address: '127.0.0.1', exec })
        const never = new AbortController().signal
        const greet = { type: 'exec', command: runScript('greet') } as const
        expect(await probe(greet, never)).toMatchObject({ passed: false })
        const cat = { type: 'exec', command: ['cat'] } as const
        expect(await probe(cat, never)).toEqual({ passed: true, message: 'exit code 0' })
        const abort = new AbortController()
        const endless = probe({ type: 'exec', command: runScript('serve') }, abort.signal)
        abort.abort()
        await endless.catch(() => {})
      })
    },
  },
]
