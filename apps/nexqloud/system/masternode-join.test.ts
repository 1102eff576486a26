import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { createLedger, nexqloudLocal, readServingMasternodes } from '@nexqloud/ledger'
import { http } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { processOf } from '../src/endpoints.ts'
import { startChain, type ChainProcess } from './chain-process.ts'
import { command, LabProcess, startHere } from './lab-process.ts'
import { runToEnd } from './run-to-end.ts'

/** An operator who has some NXQ and the URL of a network adds a masternode to it. */

const root = mkdtempSync(join(tmpdir(), 'nexqloud-join-'))
const [network, folder] = [join(root, 'network'), join(root, 'operator')]
const env = { NEXQLOUD_PASSWORD: 'secret' }
let chain: ChainProcess

beforeAll(async () => {
  chain = await startChain(network)
})
afterAll(async () => {
  await chain.stop()
  rmSync(root, { recursive: true })
})

const joinAt = (endpoint: string) => {
  const where = ['--endpoint', endpoint, '--region', 'north', '--rpc', chain.url]
  return command(['masternode', 'join', ...where, '--data', folder], env)
}

test('whoever joins registers once, moves by joining again, is admitted, and is dialled by the key that it serves with', async () => {
  const { address: operator } = await command(
    ['wallet', 'create', 'operator', '--data', folder],
    env,
  )
  await command(['wallet', 'faucet', String(operator), '--amount', '5', '--data', network])
  const joined = await joinAt('127.0.0.1:4491')
  expect(joined).toMatchObject({ masternode: 2, operator, isAdmitted: false, region: 'north' })
  expect(joined['stakeWei']).toBe('1000000000000000000')
  const ledger = createLedger({ chain: nexqloudLocal, transport: http(chain.url) })
  const before = await ledger.client.getTransactionCount({
    address: `0x${String(operator).slice(2)}`,
  })
  expect(await joinAt('127.0.0.1:4491')).toEqual(joined)
  const after = await ledger.client.getTransactionCount({
    address: `0x${String(operator).slice(2)}`,
  })
  expect(after).toBe(before)
  expect(await joinAt('127.0.0.1:4492')).toEqual({ ...joined, endpoint: '127.0.0.1:4492' })
  await command(['masternode', 'admit', '2', '--from', 'owner', '--data', network])
  expect(await joinAt('127.0.0.1:4492')).toMatchObject({ masternode: 2, isAdmitted: true })
  const serving = await readServingMasternodes(ledger)
  expect(serving).toMatchObject([{ id: 1 }, { id: 2, operator, endpoint: '127.0.0.1:4492' }])

  const masternode = new LabProcess({
    start: startHere,
    args: [
      'masternode',
      '--data',
      folder,
      '--rpc',
      chain.url,
      '--kubernetes-port',
      '0',
      '--gateway-port',
      '0',
    ],
    logFile: join(root, 'masternode.log'),
  })
  masternode.start()
  try {
    await masternode.untilReady(async (pid) => (await processOf(folder, 'masternode')) === pid)
  } finally {
    await masternode.end('SIGTERM')
  }
})

test('an endpoint that nobody can dial is refused before anything is paid', async () => {
  const where = ['--endpoint', 'nowhere', '--rpc', chain.url, '--data', join(root, 'other')]
  const { exitCode, output } = await runToEnd('masternode', 'join', ...where).ended
  expect([exitCode, output]).toEqual([expect.any(Number), expect.stringContaining('nowhere')])
  expect(exitCode).not.toBe(0)
})
