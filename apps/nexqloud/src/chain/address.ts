import type { Address } from '@nexqloud/kernel'
import { size } from 'viem'

import { formatFields, type Result } from '../fields.ts'
import { nameOf } from '../keystore/keyring.ts'
import type { Session } from '../session/session.ts'
import { showNxq } from '../unit.ts'
import { contractNameOf } from './decode.ts'

/** Returns what stands at an address: one of our contracts, another contract, or somebody's account. */
export async function describeAddress(
  { ledger, keyring }: Session,
  address: Address,
): Promise<Result> {
  const { client } = ledger
  const [balanceWei, nonce, code] = await Promise.all([
    client.getBalance({ address }),
    client.getTransactionCount({ address }),
    client.getCode({ address }),
  ])
  const contract = contractNameOf(address)
  const wallet = nameOf(keyring, address)
  const codeBytes = code === undefined ? 0 : size(code)
  const kind = codeBytes === 0 ? 'account' : 'contract'
  return {
    document: { address, kind, contract, wallet, balanceWei, nonce, codeBytes },
    lines: formatFields([
      ['address', address],
      ['is', contract ?? (wallet === undefined ? kind : `the wallet ${wallet}`)],
      ['balance', showNxq(balanceWei)],
      ['nonce', nonce.toString()],
      ['code', codeBytes === 0 ? 'none' : `${codeBytes} bytes`],
    ]),
  }
}
