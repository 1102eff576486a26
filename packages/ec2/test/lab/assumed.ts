/** What moto's cases take for granted: keys that they launch with, and VPCs that they make groups in, without having made them. */

import { setImmediate as nextTurn } from 'node:timers/promises'

import type { KubeClient } from '@nexqloud/kube'

import type { DoorAnswer, DoorRequest } from '../../src/door/service-door.ts'
import { ec2Kinds, type Ec2Kind, type KeyPairSpec, type VpcSpec } from '../../src/resource/kinds.ts'
import { REGION_LABEL } from '../../src/resource/resource.ts'

const keyPairs = new Set(['foobar', 'keypair_name', 'kp-multiple', 'kp-single', 'test', 'the_key'])

const namespace = 'default'

/** Makes what a refused request takes for granted; returns whether it is to be asked again. */
export async function grantAssumed(
  client: KubeClient,
  request: DoorRequest,
  { body }: DoorAnswer,
): Promise<boolean> {
  const assumed = assumedBy(new URLSearchParams(Buffer.from(request.body).toString()), body)
  const scope = /Credential=[^/]*\/\d+\/([^/]*)\//.exec(request.headers['authorization'] ?? '')
  if (assumed === undefined || scope === null) return false
  const { kind, id, spec } = assumed
  const metadata = { namespace, name: id, labels: { [REGION_LABEL]: scope[1] ?? '' } }
  await client.create(kind, { namespace }, { metadata, spec })
  // The API hears of it by its watch.
  for (let turn = 0; turn < 20; turn += 1) await nextTurn()
  return true
}

type Assumed = { readonly kind: Ec2Kind; readonly id: string; readonly spec: object }

function assumedBy(form: URLSearchParams, refusal: string): Assumed | undefined {
  if (refusal.includes('InvalidKeyPair.NotFound')) {
    const name = form.get('KeyName') ?? form.get('LaunchSpecification.KeyName') ?? ''
    return keyPairs.has(name) ? keyPairOf(name) : undefined
  }
  if (!refusal.includes('InvalidVpcID.NotFound')) return undefined
  const id = form.get('Action') === 'CreateSecurityGroup' ? (form.get('VpcId') ?? '') : ''
  return isOldId.test(id) ? vpcOf(id) : undefined
}

/** Ids of long ago are shorter than any that is given here. */
const isOldId = /^vpc-[0-9a-f-]{5,8}$/

function keyPairOf(KeyName: string): Assumed {
  const id = `key-0${Buffer.from(KeyName.padEnd(8, '0').slice(0, 8)).toString('hex')}`
  const spec: KeyPairSpec = { KeyPairId: id, KeyName, KeyType: 'rsa', Tags: [] }
  return { kind: ec2Kinds.keyPairs, id, spec }
}

/** Without a group, as those that were made with one count it. */
function vpcOf(id: string): Assumed {
  const CidrBlock = '10.255.0.0/16'
  const spec: VpcSpec = {
    VpcId: id,
    CidrBlock,
    CidrBlockAssociationSet: [{ CidrBlock, CidrBlockState: { State: 'associated' } }],
    DhcpOptionsId: 'default',
    EnableDnsHostnames: false,
    EnableDnsSupport: true,
    IsDefault: false,
    OwnerId: '123456789012',
    State: 'available',
    Tags: [],
  }
  return { kind: ec2Kinds.vpcs, id, spec }
}
