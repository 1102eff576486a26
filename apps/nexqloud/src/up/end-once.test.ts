import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'

import { expect, test, vi } from 'vitest'

import { isRunning } from '../process.ts'
import { endOnce } from './end-once.ts'

const hasSetpriv = spawnSync('setpriv', ['--version']).status === 0

/** Says how often it was asked to end, and ends a second later. */
const daemon = `trap 'echo asked' TERM; echo ready
i=0; while [ $i -lt 20 ]; do sleep 0.05; i=$((i+1)); done; exit 7`

test.runIf(hasSetpriv)(
  'what is asked to end several times hears it once, and its own exit code is told',
  async () => {
    const [program = '', ...args] = endOnce(['sh', '-c', daemon])
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    let said = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text
      if (said.length < 'ready\nasked\nasked\nasked\n'.length) child.kill('SIGTERM')
    })
    const asking = setInterval(() => child.kill('SIGTERM'), 100)
    expect(await once(child, 'close')).toEqual([7, null])
    clearInterval(asking)
    expect(said).toBe('ready\nasked\n')
  },
)

test.runIf(hasSetpriv)('what started it may be killed: it ends all the same', async () => {
  const [program = '', ...args] = endOnce(['sh', '-c', 'echo $$; exec sleep 60'])
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const [pid] = (await once(child.stdout, 'data')) as [Buffer]
  child.kill('SIGKILL')
  await vi.waitFor(() => expect(isRunning(Number(pid))).toBe(false), { timeout: 5000 })
})
