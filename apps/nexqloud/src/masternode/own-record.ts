import type { Address } from '@nexqloud/kernel'
import { parseEndpoint, readMasternodeOfSigner, type MasternodeRecord } from '@nexqloud/ledger'
import type { TlsIdentity } from '@nexqloud/tunnel'

import { readChain } from '../session/read-chain.ts'
import type { Session } from '../session/session.ts'
import { NotAMasternodeError } from './errors.ts'

/** Returns what the chain knows of this masternode, also of one that slept; nothing where its keys are not those of one. */
export async function findOwn(
  { ledger }: Session,
  { tls, signer }: { readonly tls: TlsIdentity; readonly signer: Address },
): Promise<MasternodeRecord | undefined> {
  const own = await readChain(readMasternodeOfSigner(ledger, signer))
  return own?.tlsKeyHash === tls.keyHash ? own : undefined
}

/**
 * Returns the port at which the chain has devices dial.
 *
 * @throws {@link NotAMasternodeError} where it names none.
 */
export function devicePortOf(own: MasternodeRecord | undefined, { keyHash }: TlsIdentity): number {
  const port = parseEndpoint(own?.endpoint ?? '')?.port
  if (port === undefined) throw new NotAMasternodeError(keyHash)
  return port
}
