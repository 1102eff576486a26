import {
  decodeErrorResult,
  encodeDeployData,
  encodeFunctionData,
  type Abi,
  type Address,
  type Hex,
} from 'viem'

import { MissingArtifactError, type Artifact, type Artifacts } from './artifacts.ts'
import { implementationOf, type Deployment } from './deployment.ts'
import type { BlockContext, Machine } from './machine.ts'

/** A contract's own code refused to be deployed, initialised or set up. */
export class DeploymentError extends Error {
  readonly code = 'GENESIS_DEPLOYMENT_REVERTED'
  readonly contract: string
  readonly reason: string

  constructor(contract: string, step: string, reason: string) {
    super(`${contract} refused its ${step}: ${reason}.`)
    this.name = 'DeploymentError'
    this.contract = contract
    this.reason = reason
  }
}

/** What contracts are deployed with. */
export type Site = {
  readonly machine: Machine
  readonly artifacts: Artifacts
  readonly block: BlockContext
  readonly owner: Address
}

/** Nonce of an account that a contract was created at (EIP-161). */
const CONTRACT_NONCE = '0x1'

/**
 * Deploys one contract at its address by running its creation code there, so that its immutables, and the address it
 * knows itself by, are the real ones; then initialises it behind its proxy and makes its owner's calls.
 *
 * @throws {@link DeploymentError} where the contract reverts.
 */
export async function deploy(site: Site, deployment: Deployment): Promise<void> {
  const { artifacts, owner } = site
  const { contract, balance = 0n, constructorArguments, initializeArguments } = deployment
  const [artifact, address] = [artifacts.contracts[contract], artifacts.addresses[contract]]
  if (artifact === undefined || address === undefined) throw new MissingArtifactError(contract)
  const creationCode = encodeDeployData({
    abi: artifact.abi,
    bytecode: artifact.creationCode,
    args: constructorArguments,
  })
  if (initializeArguments === undefined) {
    await create(site, { contract, abi: artifact.abi, address, balance, creationCode })
  } else {
    const code = implementationOf(address)
    await create(site, { contract, abi: artifact.abi, address: code, balance: 0n, creationCode })
    await create(site, {
      contract,
      abi: artifact.abi,
      address,
      balance,
      creationCode: proxyCreationCode(
        artifacts,
        code,
        initializeCall(artifact, initializeArguments),
      ),
    })
  }
  for (const call of deployment.ownerCalls ?? []) {
    const data = encodeFunctionData({
      abi: artifact.abi,
      functionName: call.functionName,
      args: call.arguments,
    })
    const { reverted, returned } = await site.machine.send(
      { to: address, from: owner, data },
      site.block,
    )
    if (reverted)
      throw new DeploymentError(contract, call.functionName, readReason(artifact.abi, returned))
  }
}

type Creation = {
  readonly contract: string
  readonly abi: Abi
  readonly address: Address
  readonly balance: bigint
  readonly creationCode: Hex
}

/** Runs the creation code at the address itself; what it returns is the contract's code. */
async function create({ machine, block }: Site, creation: Creation): Promise<void> {
  const { contract, abi, address, balance, creationCode } = creation
  await machine.load({
    [address]: { balance: `0x${balance.toString(16)}`, nonce: CONTRACT_NONCE, code: creationCode },
  })
  const { reverted, returned } = await machine.send({ to: address }, block)
  if (reverted) throw new DeploymentError(contract, 'creation', readReason(abi, returned))
  await machine.setCode(address, returned)
}

function initializeCall({ abi }: Artifact, args: readonly unknown[]): Hex {
  return encodeFunctionData({ abi, functionName: 'initialize', args })
}

function proxyCreationCode({ proxy }: Artifacts, implementation: Address, call: Hex): Hex {
  return encodeDeployData({
    abi: proxy.abi,
    bytecode: proxy.creationCode,
    args: [implementation, call],
  })
}

/** Returns the custom error that a contract reverted with, as Solidity writes it. */
function readReason(abi: Abi, returned: Hex): string {
  if (returned === '0x') return 'no reason given'
  try {
    const { errorName, args = [] } = decodeErrorResult({ abi, data: returned })
    return `${errorName}(${args.join(', ')})`
  } catch {
    return returned
  }
}
