import { createHash } from 'node:crypto'

import type { Common } from '@ethereumjs/common'
import type { Hex } from 'viem'

import type { Artifacts } from './artifacts.ts'
import { checkGenesis } from './check.ts'
import { deploy } from './deploy.ts'
import { deploymentsOf, type Launch } from './deployment.ts'
import { createCommon, createGethGenesis, hashGenesisBlock, type GethGenesis } from './geth.ts'
import { createMachine, type Machine } from './machine.ts'

/** The state that a network starts from. */
export type Genesis = {
  readonly file: GethGenesis
  /** The rules of its chain, for a VM. */
  readonly common: Common
  /** Root of the state trie. */
  readonly stateRoot: Hex
  /** Hash of block 0. */
  readonly blockHash: Hex
  /** SHA-256 of the file's text, in hex. */
  readonly digest: string
}

/**
 * Makes a network's genesis: runs the creation code of every contract at its address, initialises it, and takes the state
 * that this leaves. Equal inputs make equal bytes.
 *
 * @throws {@link DeploymentError} where a contract refuses its parameters.
 * @throws {@link GenesisCheckError} where the state breaks a promise that the whole network has to keep.
 */
export async function createGenesis(artifacts: Artifacts, launch: Launch): Promise<Genesis> {
  const { parameters, founders } = launch
  const { genesisTime, owner, faucet } = founders
  const common = createCommon(createGethGenesis(parameters, genesisTime, {}))
  const block = { number: 0n, time: genesisTime, gasLimit: BigInt(parameters.chain.gasLimit) }
  const site = await createMachine(common)
  for (const deployment of deploymentsOf(launch)) {
    await deploy({ machine: site, artifacts, block, owner }, deployment)
  }
  if (faucet !== undefined) await site.setBalance(faucet, parameters.supply.faucetWei)
  const file = createGethGenesis(parameters, genesisTime, await site.dump())
  const machine = await startMachine({ file, common })
  await checkGenesis(file.alloc, { artifacts, launch, machine, block })
  const stateRoot = await machine.stateRoot()
  return {
    file,
    common,
    stateRoot,
    blockHash: hashGenesisBlock(file, stateRoot),
    digest: createHash('sha256').update(formatGenesis(file)).digest('hex'),
  }
}

/** Returns the text of a genesis file, as it is written and hashed. */
export function formatGenesis(file: GethGenesis): string {
  return `${JSON.stringify(file, null, 2)}\n`
}

/** Returns a machine that starts from a genesis. */
export async function startMachine({
  file,
  common,
}: Pick<Genesis, 'file' | 'common'>): Promise<Machine> {
  const machine = await createMachine(common)
  await machine.load(file.alloc)
  return machine
}
