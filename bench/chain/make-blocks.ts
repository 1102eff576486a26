import { execFile } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { openChain } from '@nexqloud/chain'
import { systemClock } from '@nexqloud/kernel'

import { createLoadGenesis, createSenders, createSigner } from './load.ts'

/** People who send in these blocks, so that none has too many transactions in a minute. */
export const SENDERS = 200

/** Every so many blocks there is a transfer; the others are empty, as most of a quiet network's are. */
export const BLOCKS_A_TRANSFER = 10

/**
 * Makes a chain of so many blocks in a process of its own, so that nothing of it is warm here.
 * Returns its folder.
 */
export async function makeBlocksElsewhere(blocks: number): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'nexqloud-bench-'))
  await promisify(execFile)(process.execPath, [import.meta.filename, folder, String(blocks)])
  return folder
}

async function makeBlocks(folder: string, blocks: number): Promise<void> {
  const senders = createSenders(SENDERS)
  const genesis = await createLoadGenesis(senders, { gasLimit: 30_000_000n })
  const sign = createSigner()
  const { pool, application, head, close } = await openChain({
    genesis,
    folder,
    clock: systemClock,
  })
  for (let number = 0; number < blocks; number += 1) {
    const [from, to] = [senders[number % SENDERS], senders[(number + 7) % SENDERS]]
    if (from === undefined || to === undefined) throw new RangeError('There are no senders.')
    const hasTransfer = number % BLOCKS_A_TRANSFER === 0
    if (hasTransfer) await pool.add(sign(from, { to: to.address, value: 1n, gas: 21_000n }))
    const payload = await application.prepareProposal(head().header.timestamp + 1n)
    await application.finalizeBlock(payload)
    await application.commit()
  }
  await close()
}

if (import.meta.main) {
  const [folder = '', blocks] = process.argv.slice(2)
  await makeBlocks(folder, Number(blocks))
}
