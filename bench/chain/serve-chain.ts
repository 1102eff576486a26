import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { openChain, openRpcServer, parseGenesis, type Chain } from '@nexqloud/chain'
import { systemClock } from '@nexqloud/kernel'
import { pino } from 'pino'
import { Registry } from 'prom-client'

/**
 * Serves the chain of a folder, `node serve-chain.ts FOLDER`, as a process of its own, and tells its parent where. Each
 * message of the parent is a request for the next block: the sequencer makes no more than one a second.
 */
const [folder = ''] = process.argv.slice(2)
const genesis = parseGenesis(JSON.parse(readFileSync(join(folder, 'genesis.json'), 'utf8')))
const chain = await openChain({ genesis, folder, clock: systemClock })
const server = await openRpcServer(chain, {
  simulator: chain.simulator,
  clock: systemClock,
  log: pino({ level: 'silent' }),
  registry: new Registry(),
  clientVersion: 'bench',
  isFailed: () => false,
  port: 0,
})
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
