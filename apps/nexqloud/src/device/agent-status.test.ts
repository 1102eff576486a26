import { existsSync } from 'node:fs'

import { expect, test } from 'vitest'

import { openScratchFolder } from '../scratch-folder.ts'
import { readAgentStatus, writeAgentStatus } from './agent-status.ts'

test.runIf(existsSync('/proc/self/stat'))(
  'what an agent said before the machine started again is of nobody, though its number is in use',
  async () => {
    using folder = openScratchFolder()
    const at = new Date().toISOString()
    const said = { at, startedAt: at, device: 1, isDraining: false, links: [] }
    const engine = { name: 'docker', version: '28.1' }
    await writeAgentStatus(folder.path, { ...said, engine, pid: process.pid, born: '1' })
    expect(await readAgentStatus(folder.path)).toBeUndefined()
  },
)
