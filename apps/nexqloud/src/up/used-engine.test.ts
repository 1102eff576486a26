import { resolve } from 'node:path'

import { expect, test } from 'vitest'

import { openScratchFolder } from '../scratch-folder.ts'
import { forgetEngine, readUsedEngine, rememberEngine } from './used-engine.ts'

test('an engine is kept in mind by where it is, from whatever folder it was named, until it is forgotten itself', async () => {
  using folder = openScratchFolder()
  await rememberEngine(folder.path, 'docker.sock')
  expect(await readUsedEngine(folder.path)).toBe(resolve('docker.sock'))
  await forgetEngine(folder.path, '/run/other.sock')
  expect(await readUsedEngine(folder.path)).toBe(resolve('docker.sock'))
  await forgetEngine(folder.path, 'docker.sock')
  expect(await readUsedEngine(folder.path)).toBeUndefined()
})
