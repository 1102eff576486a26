import { afterEach, beforeEach, expect, test } from 'vitest'

import { openMetadataLab, type AskingInstance, type MetadataLab } from './lab/open-metadata.ts'
import { trusting } from './lab/policies.ts'

/** All that an instance can find by following what is listed. */

let lab: MetadataLab
beforeEach(async () => {
  lab = await openMetadataLab()
})
afterEach(() => lab.close())

test('all that is listed is there, and nothing of it is another instance’s', async () => {
  const [RoleName, InstanceProfileName] = ['worker', 'worker-profile']
  const { iam, ec2 } = lab.root
  await ec2.createKeyPair({ KeyName: 'me' })
  await iam.createRole({ RoleName, AssumeRolePolicyDocument: trusting('ec2.amazonaws.com') })
  await iam.createInstanceProfile({ InstanceProfileName })
  await iam.addRoleToInstanceProfile({ InstanceProfileName, RoleName })
  const launch = (name: string) =>
    lab.launch({
      KeyName: 'me',
      UserData: Buffer.from(`#!/bin/sh\necho ${name}`).toString('base64'),
      IamInstanceProfile: { Name: InstanceProfileName },
      MetadataOptions: { InstanceMetadataTags: 'enabled' },
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'Name', Value: name }] }],
    })
  const [one, other] = [await launch('first-of-all'), await launch('second-of-all')]
  const [own, others] = [await crawl(one), await crawl(other)]
  expect([...own.keys()].length).toBeGreaterThan(40)
  expect([...own.keys()]).toEqual(
    expect.arrayContaining([
      '/latest/user-data',
      '/latest/dynamic/instance-identity/signature',
      '/latest/meta-data/iam/security-credentials/worker',
      '/latest/meta-data/public-keys/0/openssh-key',
      '/latest/meta-data/tags/instance/Name',
    ]),
  )
  const told = [...own.values()].join('\n')
  const secret = [...others].filter(([path]) => isOwn.some((end) => path.endsWith(end)))
  expect(secret).toHaveLength(isOwn.length)
  for (const [path, text] of secret) expect([path, told.includes(text)]).toEqual([path, false])
})

/** What no two instances have alike. */
const isOwn = [
  '/latest/user-data',
  '/meta-data/instance-id',
  '/meta-data/local-ipv4',
  '/meta-data/public-ipv4',
  '/meta-data/mac',
  '/meta-data/iam/security-credentials/worker',
  '/meta-data/tags/instance/Name',
  '/interface-id',
  '/instance-identity/signature',
]

/** Returns what is told at each path that leads to no others. */
async function crawl({ tell }: AskingInstance): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  const waiting = ['/latest/dynamic/', '/latest/meta-data/']
  found.set('/latest/user-data', await tell('/latest/user-data'))
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    for (const name of (await tell(path)).split('\n').filter((line) => line !== '')) {
      const [key] = path.endsWith('/public-keys/') ? name.split('=') : [name]
      const isFolder = name.endsWith('/') || key !== name
      if (isFolder) waiting.push(`${path}${key}`.replace(/\/?$/, '/'))
      else found.set(`${path}${name}`, await tell(`${path}${name}`))
    }
  }
  return found
}
