import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { lockFolder } from '../folder-lock.ts'
import { createMemoryShell } from '../memory-shell.ts'
import { openScratchFolder } from '../scratch-folder.ts'
import { down } from './down.ts'

test('a network that is just being started is not said to be stopped', async () => {
  using folder = openScratchFolder()
  using lock = await lockFolder(join(folder.path, 'up'))
  expect(lock).toBeDefined()
  const shell = createMemoryShell()
  await expect(down({ data: folder.path }, shell)).rejects.toMatchObject({ code: 'UP_UNKNOWN' })
  expect(shell.printer.lines).toEqual([])
})

test('who does not wait for the end of a network is not told that it has ended', async () => {
  using folder = openScratchFolder()
  using lock = await lockFolder(join(folder.path, 'up'))
  expect(lock).toBeDefined()
  const network = spawn('sh', ['-c', "trap '' TERM; echo; exec sleep 60"])
  await new Promise((resolve) => void network.stdout.once('data', resolve))
  try {
    const processes = { up: { pid: network.pid, doors: [] } }
    writeFileSync(join(folder.path, 'endpoints.json'), JSON.stringify({ processes }))
    const shell = createMemoryShell({ signal: AbortSignal.abort() })
    await expect(down({ data: folder.path }, shell)).rejects.toMatchObject({
      code: 'UP_STILL_STOPPING',
    })
    expect(shell.printer.lines).toEqual([])
  } finally {
    network.kill('SIGKILL')
  }
})

test('what may not be looked into is not said to run nothing', async () => {
  using folder = openScratchFolder()
  const file = join(folder.path, 'file')
  writeFileSync(file, '')
  await expect(down({ data: join(file, 'data') }, createMemoryShell())).rejects.toMatchObject({
    code: 'ENOTDIR',
  })
})
