import { spawnSync } from 'node:child_process'
import { openSync } from 'node:fs'

import { expect, test } from 'vitest'

import { createLog } from './log.ts'

test('a failure that comes again at once is logged once; others, and what is no failure, are logged each time', () => {
  const lines: string[] = []
  const log = createLog({ logLevel: 'info' }, { write: (line) => void lines.push(line) }).child({
    module: 'masternode',
  })
  const away = Object.assign(new Error('fetch failed'), { code: 'ECONNREFUSED' })
  for (const _ of [1, 2, 3]) {
    log.warn({ err: away }, 'ordersUnread')
    log.warn({ part: 'device-1', err: away }, 'failed')
    log.info({ period: 7 }, 'filePosted')
  }
  log.warn({ err: new Error('fetch failed') }, 'ordersUnread')
  const told = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(told.map(({ msg, part }) => [msg, part])).toEqual([
    ['ordersUnread', undefined],
    ['failed', 'device-1'],
    ['filePosted', undefined],
    ['filePosted', undefined],
    ['filePosted', undefined],
    ['ordersUnread', undefined],
  ])
  expect(told[0]).toMatchObject({ module: 'masternode', err: { message: 'fetch failed' } })
})

test.skipIf(process.platform !== 'linux')('a log on a full disk ends nobody', () => {
  const module = JSON.stringify(new URL('log.ts', import.meta.url))
  const script = `
    const { createLog } = await import(${module})
    const log = createLog({ logLevel: 'info' })
    for (const at of [1, 2, 3]) log.info({ at }, 'told')
    console.log('runs on')`
  const { stdout, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', openSync('/dev/full', 'w')],
    encoding: 'utf8',
  })
  expect({ stdout, status }).toEqual({ stdout: 'runs on\n', status: 0 })
})
