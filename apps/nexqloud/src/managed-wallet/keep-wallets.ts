import { runWalletKeeper } from '@nexqloud/control'
import type { MasternodeId } from '@nexqloud/kernel'
import type { KubeClient } from '@nexqloud/kube'
import type { TlsIdentity } from '@nexqloud/tunnel'
import type { Logger } from 'pino'

import { NotAMasternodeError } from '../masternode/errors.ts'
import { findOwn } from '../masternode/own-record.ts'
import type { Session } from '../session/session.ts'
import type { Sender } from '../transaction/sender.ts'
import { createChainWallet } from './chain-wallet.ts'
import { createKubeVault } from './kube-vault.ts'
import { findMasternodesHere } from './masternodes-here.ts'
import { createSeal } from './seal.ts'

/** Whose wallets are kept, and by whom. */
export type KeepWalletsParts = {
  readonly client: KubeClient
  readonly keys: { readonly tls: TlsIdentity; readonly sender: Sender }
  readonly log: Pick<Logger, 'warn'>
}

/** Keeps the wallets of those who have none, as a masternode, until the signal aborts. */
export async function keepWallets(
  session: Session,
  { client, keys: { tls, sender }, log }: KeepWalletsParts,
  signal: AbortSignal,
): Promise<void> {
  const own = async (): Promise<MasternodeId> => {
    const found = await findOwn(session, { tls, signer: sender.wallet.address })
    if (found === undefined) throw new NotAMasternodeError(tls.keyHash)
    return found.id
  }
  const { ledger, shell } = session
  const here = findMasternodesHere({ client, ledger, clock: shell.clock, own })
  const vault = createKubeVault({
    client,
    seal: createSeal(tls.keyPem),
    own,
    use: async (account) => createChainWallet(session, here, account),
  })
  const onFailure = (err: unknown): void => log.warn({ err }, 'walletNotKept')
  await runWalletKeeper({ client, vault, clock: shell.clock, onFailure }, signal)
}
