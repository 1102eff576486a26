import { stringToHex, type Address } from 'viem'

import type { Founders } from './founders.ts'
import type { Parameters } from './parameters.ts'

/** How one contract comes into genesis. */
export type Deployment = {
  readonly contract: string
  /** In wei, there before its code runs. */
  readonly balance?: bigint
  readonly constructorArguments: readonly unknown[]
  /** Of a contract that is upgradeable: it stands behind a proxy, and this initialises it. */
  readonly initializeArguments?: readonly unknown[]
  /** What its owner does once it stands. */
  readonly ownerCalls?: readonly OwnerCall[]
}

/** A call that only the owner may make. */
export type OwnerCall = {
  readonly functionName: string
  readonly arguments: readonly unknown[]
}

/** What a deployment follows from. */
export type Launch = { readonly parameters: Parameters; readonly founders: Founders }

/**
 * Returns how each contract of genesis is deployed, in this order. The only place that knows the contracts' constructors
 * and initialisers; `test/network/Network.sol` says the same to forge.
 */
export function deploymentsOf({ parameters, founders }: Launch): readonly Deployment[] {
  const { supply, emissionShares, incomeShares, leases, prices, keys, devices } = parameters
  const { owner, genesisTime } = founders
  const { periodSeconds, postingSeconds } = parameters.calendar
  return [
    {
      contract: 'Emission',
      balance: supply.emissionWei,
      constructorArguments: [genesisTime, periodSeconds],
    },
    { contract: 'LockedReserve', balance: supply.lockedWei, constructorArguments: [] },
    {
      contract: 'DigitalKeys',
      constructorArguments: [],
      initializeArguments: [owner, keys.priceMicroUsd, founders.keyHolders],
    },
    {
      contract: 'Devices',
      constructorArguments: [devices.measureSeconds, devices.reorderSeconds],
      initializeArguments: [owner],
    },
    {
      contract: 'Masternodes',
      constructorArguments: [genesisTime, periodSeconds, postingSeconds],
      initializeArguments: masternodesOf({ parameters, founders }),
    },
    {
      contract: 'Prices',
      constructorArguments: [genesisTime, periodSeconds, prices.leastSigners, prices.leastQuotes],
      initializeArguments: [
        owner,
        prices.firstWeiPerMicroUsd,
        prices.stepBps,
        founders.priceSigners,
      ],
      ownerCalls: parameters.kinds.map(({ id, name, microUsdPerHour }) => ({
        functionName: 'listKind',
        arguments: [id, stringToHex(name, { size: 32 }), microUsdPerHour],
      })),
    },
    {
      contract: 'Leases',
      constructorArguments: [genesisTime, periodSeconds, postingSeconds],
      initializeArguments: [owner, leases],
    },
    {
      contract: 'Settlement',
      constructorArguments: [genesisTime, periodSeconds, postingSeconds],
      initializeArguments: [owner, emissionShares],
    },
    {
      contract: 'Treasury',
      constructorArguments: [genesisTime, periodSeconds],
      initializeArguments: [owner, incomeShares, founders.founders],
    },
    { contract: 'ValidatorPool', constructorArguments: [], initializeArguments: [owner] },
  ]
}

function masternodesOf({ parameters, founders }: Launch): readonly unknown[] {
  const { stakeWei, unbondingSeconds, witnesses } = parameters.masternodes
  const founding = founders.masternodes.map(({ signer, region, ...rest }) => ({
    signer,
    registration: { ...rest, region: stringToHex(region, { size: 32 }) },
  }))
  return [founders.owner, stakeWei, unbondingSeconds, witnesses, founding]
}

/** Returns where the code of an upgradeable contract stands: the proxy at `…0n` runs what is at `…1n`. */
export function implementationOf(proxy: Address): Address {
  return `0x${(BigInt(proxy) + 0x10n).toString(16).padStart(40, '0')}`
}
