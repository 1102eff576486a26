import { parseAddress, type Address } from '@nexqloud/kernel'
import {
  acceptanceData,
  contracts,
  registrationData,
  retirementData,
  type Acceptance,
  type Registration,
  type Retirement,
} from '@nexqloud/ledger'
import {
  encodeFunctionData,
  hashTypedData,
  recoverAddress,
  type Hex,
  type LocalAccount,
} from 'viem'

import { isCanonicalSignature } from '../canonical-signature.ts'
import type { Intent } from '../transaction/intent.ts'

const { abi, address } = contracts.devices

/** What an owner says of a device. */
export type OwnerWish =
  | ({ readonly kind: 'register' } & Registration)
  | ({ readonly kind: 'accept' } & Acceptance)
  | ({ readonly kind: 'retire' } & Retirement)

/** The same, signed: whoever has it may send it, once. */
export type OwnerCall = OwnerWish & { readonly signature: Hex }

/** Returns a wish with the signature of an account. */
export async function signWish(
  wish: OwnerWish,
  account: LocalAccount,
  chainId: number,
): Promise<OwnerCall> {
  return { ...wish, signature: await sign(wish, account, chainId) }
}

function sign(wish: OwnerWish, account: LocalAccount, chainId: number): Promise<Hex> {
  if (wish.kind === 'register') return account.signTypedData(registrationData(chainId, wish))
  if (wish.kind === 'accept') return account.signTypedData(acceptanceData(chainId, wish))
  return account.signTypedData(retirementData(chainId, wish))
}

/** Returns what is signed, 32 bytes: no two wishes have the same. */
export function digestOf(wish: OwnerWish, chainId: number): Hex {
  if (wish.kind === 'register') return hashTypedData(registrationData(chainId, wish))
  if (wish.kind === 'accept') return hashTypedData(acceptanceData(chainId, wish))
  return hashTypedData(retirementData(chainId, wish))
}

/** Returns whose signature it is; nothing where it is nobody's, or one that contracts do not take. */
export async function recoverSigner(
  call: OwnerCall,
  chainId: number,
): Promise<Address | undefined> {
  try {
    const { signature } = call
    if (!isCanonicalSignature(signature)) return undefined
    return parseAddress(await recoverAddress({ hash: digestOf(call, chainId), signature }))
  } catch {
    return undefined
  }
}

/** Returns the transaction that makes it so. */
export function ownerCallToIntent(call: OwnerCall): Intent {
  return { to: parseAddress(address), data: encodeCall(call) }
}

function encodeCall(call: OwnerCall): Hex {
  const { deadline, signature } = call
  if (call.kind === 'register') {
    return encodeFunctionData({ abi, functionName: 'register', args: [call, signature] })
  }
  if (call.kind === 'accept') {
    const args = [call.device, call.scores, deadline, signature] as const
    return encodeFunctionData({ abi, functionName: 'accept', args })
  }
  const args = [call.device, deadline, signature] as const
  return encodeFunctionData({ abi, functionName: 'retire', args })
}
