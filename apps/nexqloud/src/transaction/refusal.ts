import { contracts, type ContractRefusalError } from '@nexqloud/ledger'
import type { Abi, AbiParameter } from 'viem'

import { showNxq, showTime } from '../unit.ts'

type Refusal = Pick<ContractRefusalError, 'errorName' | 'args'>

/** What to do about a contract's refusal; the arguments are those of the custom error. */
export const advice: Readonly<Record<string, (args: readonly unknown[]) => string>> = {
  DigitalKeysNotForSale: () =>
    'The price of NXQ is out of date or was just cut. Wait for the next period with fresh quotes.',
  DigitalKeysUnderpaid: ([, price]) =>
    `The price has changed to ${wei(price)}. Repeat the command.`,
  DigitalKeysFounding: ([key]) => `Key ${String(key)} is a founding key, which cannot be sold.`,
  ERC721NonexistentToken: ([key]) => `There is no key ${String(key)}.`,
  ERC721InsufficientApproval: ([, key]) =>
    `Only the holder of key ${String(key)} can transfer it. Name the holder's wallet with --from.`,
  ERC721IncorrectOwner: ([, key, holder]) =>
    `Key ${String(key)} belongs to ${String(holder)}. Name its wallet with --from.`,
  ERC721InvalidReceiver: ([to]) => `${String(to)} takes no keys. Name another receiver.`,
  DevicesNotKeyOwner: ([key, owner]) =>
    `Key ${String(key)} belongs to ${String(owner)}. Name its wallet with --from, or another key with --key.`,
  DevicesKeyInUse: ([key, device]) =>
    `Key ${String(key)} activates device ${String(device)}. Name another with --key, or buy one: nexqloud key buy.`,
  DevicesTlsKeyInUse: ([, device]) =>
    `Device ${String(device)} has this TLS key: a copied folder, or a copied disk. Move device/tls.pem away, then join.`,
  DevicesScoresNotOffered: () =>
    'The device was measured anew. Repeat the command and look at the scores.',
  DevicesUnknown: ([device]) => `There is no device ${String(device)}.`,
  LeasesAmountZero: () => 'Name an amount above 0.',
  LeasesMasternodeUnknown: ([id]) => `There is no active masternode ${String(id)}.`,
  LeasesLimitBelowCommitted: ([, committed]) =>
    `${wei(committed)} are charged, held or reserved already. Set the limit to that or more.`,
  LeasesBalanceCommitted: ([asked, free]) =>
    `${wei(asked)} were asked; ${wei(free)} are free. Ask for less, or close leases first.`,
  LeasesNothingLeaving: () =>
    'Announce a withdrawal first: nexqloud account withdraw --amount NXQ.',
  LeasesWithdrawalTooEarly: ([, after]) =>
    `It can leave after ${showTime(BigInt(String(after)))}. Repeat the command then.`,
  LeasesWithdrawalRefused: ([to]) => `${String(to)} takes no NXQ. Name another with --to.`,
}

/** Returns what to do about a refusal. */
export function adviceOn({ errorName, args }: Refusal): string {
  return (
    advice[errorName]?.(args) ??
    'Look at the state with the show commands, then ask for what it allows.'
  )
}

/** Returns a refusal as Solidity would write it, arguments named: `LeasesNothingLeaving(account: 0x…)`. */
export function refusalToText({ errorName, args }: Refusal): string {
  const inputs = errorInputs(errorName)
  const named = args.map((value, index) => {
    const name = inputs[index]?.name?.replace(/_$/, '')
    return name === undefined || name === '' ? String(value) : `${name}: ${String(value)}`
  })
  return `${errorName}(${named.join(', ')})`
}

function errorInputs(errorName: string): readonly AbiParameter[] {
  for (const { abi } of Object.values(contracts)) {
    for (const entry of abi as Abi) {
      if (entry.type === 'error' && entry.name === errorName) return entry.inputs
    }
  }
  return []
}

function wei(value: unknown): string {
  return showNxq(BigInt(String(value)))
}
