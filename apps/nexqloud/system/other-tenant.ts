import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { EC2 } from '@aws-sdk/client-ec2'
import { annotations } from '@nexqloud/control'
import { systemClock } from '@nexqloud/kernel'
import { nexqloudLocal } from '@nexqloud/ledger'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'

import { askForRootKey } from '../src/ec2/ask-for-root-key.ts'
import { readDoors } from '../src/endpoints.ts'
import type { Ec2Lab } from './ec2-lab.ts'

const run = promisify(execFile)

/** Returns a client of another account: of a namespace that another wallet pays for, by whose signature it got its key. */
export async function openOtherTenant(
  { data, folder, up }: Ec2Lab,
  namespace: string,
): Promise<EC2> {
  const account = privateKeyToAccount(generatePrivateKey())
  const metadata = {
    name: namespace,
    annotations: { [annotations.account]: account.address },
  }
  const file = join(folder, `${namespace}.json`)
  writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata }))
  await run('kubectl', ['--kubeconfig', up.kubeconfig, 'create', '-f', file])
  const { ec2: endpoint = '' } = await readDoors(data)
  const chainId = nexqloudLocal.id
  const asking = { endpoint, namespace, account, chainId, clock: systemClock }
  const { region, accessKeyId, secretAccessKey } = await askForRootKey(asking)
  return new EC2({ endpoint, region, credentials: { accessKeyId, secretAccessKey } })
}
