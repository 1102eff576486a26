import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

import { bringPython } from '../../packages/ec2/system/moto/python.ts'
import { findFreePort } from '../gateway/nginx.ts'
import { startScript } from '../gateway/part.ts'

/** An EC2-compatible API in a process of its own. */
export type Contestant = {
  readonly endpoint: string
  readonly pid: number
  readonly close: () => Promise<void>
}

/** Starts ours: what it accepts is on the disk before it answers. */
export async function startOurs(): Promise<Contestant> {
  const { told, pid, close } = await startScript(join(import.meta.dirname, 'serve-ec2.ts'))
  return { endpoint: String(told), pid, close }
}

/**
 * Starts moto's server, which keeps all in memory.
 *
 * @throws where there is no Python that has it.
 */
export async function startMoto(): Promise<Contestant> {
  const python = bringPython()
  if ('missing' in python) throw new Error(`There is nobody to compare with: ${python.missing}`)
  const port = await findFreePort()
  const program = join(python.programs, 'moto_server')
  const child = spawn(python.program, [program, '-H', '127.0.0.1', '-p', String(port)], {
    stdio: 'ignore',
  })
  const endpoint = `http://127.0.0.1:${port}`
  while (!(await answers(endpoint))) {
    if (child.exitCode !== null) throw new Error('moto_server has ended.')
    await wait(100)
  }
  return {
    endpoint,
    pid: child.pid ?? 0,
    close: async () => {
      const ended = once(child, 'exit')
      child.kill()
      await ended
    },
  }
}

async function answers(endpoint: string): Promise<boolean> {
  try {
    const { ok } = await fetch(`${endpoint}/moto-api/`)
    return ok
  } catch {
    return false
  }
}
