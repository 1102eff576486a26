import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { systemClock } from '@nexqloud/kernel'
import { contracts } from '@nexqloud/ledger'
import { encodeFunctionData, http } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { exitCodeOf } from '../src/exit-code.ts'
import { features } from '../src/features.ts'
import { createMemoryShell } from '../src/memory-shell.ts'
import { launchLocalNetwork } from '../src/network/launch.ts'
import { runProgram } from '../src/program.ts'
import { openScratchFolder, type ScratchFolder } from '../src/scratch-folder.ts'
import { findAnvil, startAnvil, type Anvil } from './anvil.ts'

const program = findAnvil()
const reason = `npm has no anvil for ${process.platform} on ${process.arch}`

let folder: ScratchFolder
let anvil: Anvil | undefined

beforeAll(async () => {
  folder = openScratchFolder()
  if (program === undefined) return
  const { genesisFile } = await launchLocalNetwork(folder.path, { clock: systemClock })
  anvil = await startAnvil(program, genesisFile)
  writeFileSync(join(folder.path, 'endpoints.json'), JSON.stringify({ chain: anvil.url }))
})

afterAll(async () => {
  await anvil?.[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

test('a newcomer gets NXQ, buys a key, and fills and empties an account, by commands alone', async ({
  skip,
}) => {
  skip(anvil === undefined, reason)

  const { address: alice } = await json('wallet create alice')
  const { address: bob } = await json('wallet create bob')
  expect(await json('wallet faucet alice --amount 50')).toMatchObject({ to: alice, blockNumber: 1 })
  expect(await json('wallet send --from alice --to bob --amount 1.5')).toMatchObject({
    from: alice,
    to: bob,
    amountWei: nxq(1.5),
    gasUsed: '21000',
  })
  expect(await json('wallet show bob')).toMatchObject({ balanceWei: nxq(1.5), nonce: 0 })

  const bought = await json('key buy --from alice')
  expect(bought).toMatchObject({ key: '101', holder: alice, paidWei: '999999997200000000' })
  expect(await json('key show 101')).toMatchObject({
    holder: alice,
    isFounding: false,
    device: null,
  })
  await json('key transfer 101 --from alice --to bob')
  expect(await json('key show 101')).toMatchObject({ holder: bob })
  expect(await json('wallet show bob')).toMatchObject({ keys: '1' })

  expect(await json('account deposit --from alice --amount 10')).toMatchObject({
    balanceWei: nxq(10),
  })
  await json('account limits --from alice --total 8 --rate 0.5')
  await json('account approve 1 --from alice')
  expect(await json('account show alice')).toMatchObject({
    spendableWei: nxq(8),
    maxTotalWei: nxq(8),
    maxRateMicroUsdPerHour: '500000',
    runwaySeconds: null,
    masternodes: [1],
  })

  const announced = await json('account withdraw --from alice --amount 4')
  expect(announced).toMatchObject({ state: 'leaving', amountWei: nxq(4) })
  expect(await run('account withdraw --from alice')).toMatchObject({
    code: 1,
    error: { code: 'CLI_REFUSED', hint: expect.stringMatching(/^It can leave after 20/) },
  })
  await anvil?.request('evm_increaseTime', [61])
  await anvil?.request('evm_mine')
  expect(await json('account withdraw --from alice')).toMatchObject({
    state: 'withdrawn',
    amountWei: nxq(4),
  })
  expect(await json('account show alice')).toMatchObject({ balanceWei: nxq(6), leavingWei: '0' })

  expect(await json(`chain show ${String(bought['transactionHash'])}`)).toMatchObject({
    status: 'success',
    contract: 'DigitalKeys',
    call: { name: 'buy', args: [{ name: 'owner' }] },
    events: [
      { contract: 'DigitalKeys', name: 'Transfer' },
      { contract: 'DigitalKeys', name: 'KeyBought' },
      { contract: 'Treasury', name: 'Received' },
    ],
  })
  expect(await json('chain show 1')).toMatchObject({ number: 1, transactions: [{ to: alice }] })
  expect(await json('chain show alice')).toMatchObject({ wallet: 'alice', kind: 'account' })

  expect(await json('supply')).toMatchObject({
    totalWei: nxq(21_000_000),
    emissionWei: nxq(10_500_000),
    treasuryWei: '999999997200000000',
  })
})

test('what the contracts refuse is told before anything is sent, with what to do', async ({
  skip,
}) => {
  skip(anvil === undefined, reason)
  const before = await json('wallet show owner')
  expect((await run('key transfer 1 --from owner --to faucet')).error).toMatchObject({
    code: 'CLI_REFUSED',
    message: 'The contract refuses this: DigitalKeysFounding(key: 1).',
    hint: 'Key 1 is a founding key, which cannot be sold.',
  })
  expect((await run('key show 9999')).error).toMatchObject({ hint: 'There is no key 9999.' })
  expect((await run('account withdraw --from owner')).error).toMatchObject({
    hint: 'Announce a withdrawal first: nexqloud account withdraw --amount NXQ.',
  })
  expect((await run('wallet send --from owner --to faucet --amount 1')).error).toMatchObject({
    code: 'CLI_FUNDS_TOO_LOW',
    message: 'owner has 0 NXQ; this takes 1 NXQ.',
  })
  expect(await run('device show 1')).toMatchObject({ code: 1, error: { code: 'DEVICE_ABSENT' } })
  const instance = `0x${'1'.repeat(64)}`
  expect(await run(`lease show ${instance}`)).toMatchObject({ error: { code: 'LEASE_ABSENT' } })
  expect(await run('chain show 999999')).toMatchObject({ error: { code: 'CHAIN_NOT_FOUND' } })
  expect(await json('wallet show owner')).toEqual(before)
})

test('a transaction that failed in its block is shown with the contract’s reason', async ({
  skip,
}) => {
  skip(anvil === undefined, reason)
  const { address: from } = await json('wallet show price-signer')
  await anvil?.request('anvil_impersonateAccount', [from])
  const { address: to, abi } = contracts.leases
  const data = encodeFunctionData({ abi, functionName: 'cancelWithdrawal' })
  const sent = { from, to, data, gas: '0x30d40', gasPrice: '0x0' }
  const hash = await anvil?.request('eth_sendTransaction', [sent])
  expect(await json(`chain show ${String(hash)}`)).toMatchObject({
    status: 'reverted',
    call: { contract: 'Leases', name: 'cancelWithdrawal' },
    refusal: { error: 'LeasesNothingLeaving' },
  })
})

/** Runs a command and returns the document that it prints. */
async function json(command: string): Promise<Readonly<Record<string, unknown>>> {
  const { code, document, error } = await run(command)
  expect({ command, code, error }).toEqual({ command, code: 0, error: undefined })
  return document
}

async function run(command: string) {
  const shell = createMemoryShell({
    env: { NEXQLOUD_HOME: folder.path, NEXQLOUD_PASSWORD: 'secret' },
    clock: systemClock,
    connect: async (url) => http(url),
  })
  try {
    const code = await runProgram([...command.split(' '), '--json'], { features, shell })
    const [line = '{}'] = shell.printer.lines
    return {
      code,
      document: JSON.parse(line) as Readonly<Record<string, unknown>>,
      error: undefined,
    }
  } catch (error) {
    return { code: exitCodeOf(error), document: {}, error }
  }
}

function nxq(amount: number): string {
  return (BigInt(amount * 1000) * 10n ** 15n).toString()
}
