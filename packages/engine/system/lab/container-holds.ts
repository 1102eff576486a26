import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { request, type IncomingMessage } from 'node:http'
import { json, text } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'

import { z } from 'zod'

import type { EngineUnderTest } from '../../test/suite/bench.ts'

/** What the owner of a machine may do to a container; each returns how to end it. */
export type ContainerHolds = EngineUnderTest['holds']

const inspected = z.object({ State: z.object({ Pid: z.int().positive() }) })

/** Returns the ways to keep a container from running: `docker pause`, and a signal. */
export function createHolds(socketPath: string): ContainerHolds {
  return [
    async (id) => {
      await tell(socketPath, `/containers/${id}/pause`)
      return () => tell(socketPath, `/containers/${id}/unpause`)
    },
    async (id) => {
      const pid = await pidOf(socketPath, id)
      process.kill(pid, 'SIGSTOP')
      // It takes the signal when it is back from the kernel.
      while (!/\) T /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))) await wait(5)
      return async () => void process.kill(pid, 'SIGCONT')
    },
  ]
}

/** Returns how to take a container off its network. */
export function createUnplug(socketPath: string): ContainerHolds[number] {
  return async (id) => {
    const target = `--target=${await pidOf(socketPath, id)}`
    const set = (state: string): void =>
      void execFileSync('nsenter', [target, '--net', 'ip', 'link', 'set', 'eth0', state])
    set('down')
    return async () => set('up')
  }
}

/** Returns the first process of a container, as the machine numbers it. */
export async function pidOf(socketPath: string, id: string): Promise<number> {
  const response = await ask(socketPath, 'GET', `/containers/${id}/json`)
  return inspected.parse(await json(response)).State.Pid
}

async function tell(socketPath: string, path: string): Promise<void> {
  const response = await ask(socketPath, 'POST', path)
  const said = await text(response)
  if (response.statusCode !== 204) throw new Error(`${path}: ${response.statusCode} ${said}`)
}

async function ask(socketPath: string, method: string, path: string): Promise<IncomingMessage> {
  const asked = request({ socketPath, method, path, agent: false }).end()
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  return response
}
