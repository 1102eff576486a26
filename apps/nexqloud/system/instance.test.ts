import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'

import { expect, test } from 'vitest'

import { openScratchFolder } from '../src/scratch-folder.ts'
import { main } from './chain-process.ts'
import { openServedNetwork } from './instance-process.ts'

const image = 'registry.test/a/web:1'

test('instances are launched, read, entered and removed by processes, over TLS', async () => {
  using folder = openScratchFolder()
  await openServedNetwork(folder.path)
  const type = (args: readonly string[], input = '') => typeProcess(folder.path, args, input)
  const run = await type(['run', image, '-p', '80/http', '--json'])
  expect(run).toMatchObject({ code: 0, stderr: '' })
  expect(JSON.parse(run.stdout)).toMatchObject({ name: 'web', status: 'Running' })
  expect(await type(['logs', 'web', '--tail', '1'])).toMatchObject({ code: 0, stdout: 'two\n' })
  const cat = await type(['exec', '-i', 'web', 'cat'], 'hello')
  expect(cat).toEqual({ code: 0, stdout: 'hello', stderr: '' })
  expect(await type(['exec', 'web', 'fail'])).toEqual({ code: 3, stdout: '', stderr: 'oops' })
  const failed = await type(['run', 'registry.test/a/none:1', '--json'])
  expect(failed.code).toBe(1)
  expect(JSON.parse(failed.stdout)).toMatchObject({ error: { code: 'INSTANCE_FAILED' } })
  expect(await type(['rm', 'web', 'none'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--yes'),
  })
  expect(await type(['rm', '-y', 'web', 'none'])).toMatchObject({ code: 0, stdout: 'web\nnone\n' })
  expect(await type(['run', image, '-p', 'x'])).toMatchObject({ code: 2 })
})

test('Ctrl-C ends a log that is followed', async () => {
  using folder = openScratchFolder()
  await openServedNetwork(folder.path)
  await typeProcess(folder.path, ['run', image])
  const child = start(folder.path, ['logs', '-f', 'web'])
  await once(child.stdout, 'data')
  child.kill('SIGINT')
  expect(await once(child, 'close')).toEqual([130, null])
})

async function typeProcess(folder: string, args: readonly string[], input = '') {
  const child = start(folder, args)
  child.stdin.end(input)
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ])
  return { code: code as number, stdout, stderr }
}

function start(folder: string, args: readonly string[]) {
  const env = { ...process.env, NEXQLOUD_HOME: folder }
  return spawn(process.execPath, [main, ...args], { env })
}
