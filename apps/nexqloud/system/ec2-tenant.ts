import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { annotations } from '@nexqloud/control'
import { systemClock } from '@nexqloud/kernel'
import { nexqloudLocal } from '@nexqloud/ledger'
import type { LocalAccount } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'

import { askForRootKey } from '../src/ec2/ask-for-root-key.ts'
import type { RootKeyAnswer } from '../src/ec2/root-key-request.ts'
import { readDoors } from '../src/endpoints.ts'
import { findWallet, networkKeysOf, readKeyring, unlockWallet } from '../src/keystore/keyring.ts'
import { TENANT } from '../src/up/open-account.ts'
import type { Ec2Lab } from './ec2-lab.ts'

const run = promisify(execFile)

/** Whose account, and who pays for it. */
export type TenantOptions = { readonly namespace: string; readonly payer: LocalAccount }

/** Makes a namespace that a wallet pays for; returns the key of its account's root, which that wallet signed for. */
export async function openTenant(
  { data, folder, up }: Ec2Lab,
  { namespace, payer }: TenantOptions,
): Promise<RootKeyAnswer & { readonly endpoint: string }> {
  const metadata = { name: namespace, annotations: { [annotations.account]: payer.address } }
  const file = join(folder, `${namespace}.json`)
  writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata }))
  await run('kubectl', ['--kubeconfig', up.kubeconfig, 'create', '-f', file])
  const { ec2: endpoint = '' } = await readDoors(data)
  const asking = { endpoint, namespace, account: payer, chainId: nexqloudLocal.id }
  return { endpoint, ...(await askForRootKey({ ...asking, clock: systemClock })) }
}

/** Returns the wallet that has means: the one that pays for what `up` launches. */
export async function readPayer(data: string): Promise<LocalAccount> {
  const password = readFileSync(networkKeysOf(data).passwordFile, 'utf8').trim()
  const { privateKey } = await unlockWallet(findWallet(await readKeyring(data), TENANT), password)
  return privateKeyToAccount(privateKey)
}
