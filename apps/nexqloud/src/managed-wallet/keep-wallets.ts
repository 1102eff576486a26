import { runWalletKeeper } from '@nexqloud/control'
import type { KubeClient } from '@nexqloud/kube'
import type { TlsIdentity } from '@nexqloud/tunnel'
import type { Logger } from 'pino'

import { NotAMasternodeError } from '../masternode/errors.ts'
import { findOwn } from '../masternode/own-record.ts'
import type { Session } from '../session/session.ts'
import type { Sender } from '../transaction/sender.ts'
import { createChainWallet } from './chain-wallet.ts'
import { createKubeVault } from './kube-vault.ts'
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
  const vault = createKubeVault({
    client,
    seal: createSeal(tls.keyPem),
    use: async (account) => {
      const own = await findOwn(session, { tls, signer: sender.wallet.address })
      if (own === undefined) throw new NotAMasternodeError(tls.keyHash)
      return createChainWallet(session, own.id, account)
    },
  })
  const onFailure = (err: unknown): void => log.warn({ err }, 'walletNotKept')
  await runWalletKeeper({ client, vault, clock: session.shell.clock, onFailure }, signal)
}
