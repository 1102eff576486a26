import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { openChain, parseGenesis, type Chain } from '@nexqloud/chain'
import { systemClock } from '@nexqloud/kernel'

import { openDoors } from './open-doors.ts'

/**
 * Serves the chain of a folder, `node serve-chain.ts FOLDER`, as a process of its own, and tells its parent where. Each
 * message of the parent is a request for the next block: the sequencer makes no more than one a second.
 */
const [folder = ''] = process.argv.slice(2)
const genesis = parseGenesis(JSON.parse(readFileSync(join(folder, 'genesis.json'), 'utf8')))
const chain = await openChain({ genesis, folder, clock: systemClock })
const server = await openDoors(chain)
process.on('message', () => {
  void makeBlock(chain).then((head) => process.send?.(head))
})
process.on('disconnect', () => {
  void server.close().then(chain.close)
})
process.send?.(server.url)

async function makeBlock({ application, head }: Chain): Promise<number> {
  const payload = await application.prepareProposal(head().header.timestamp + 1n)
  await application.finalizeBlock(payload)
  await application.commit()
  return Number(head().header.number)
}
