import type { InstanceView } from '../action/instance/describe-instance.ts'
import type { Transaction } from '../resource/transaction.ts'
import { toWholeSeconds } from './whole-seconds.ts'

/** Signs a text as a wallet signs a message (EIP-191), with a key that the chain knows for a masternode's; returns the signature in hex. */
export type SignIdentity = (document: string) => Promise<string>

/** Documents whose signatures are kept: signing takes a millisecond, and whoever asks does so as often as it likes. */
const MOST_KEPT = 1000

/** Returns what an instance may show to others as to what it is: EC2's fields, in EC2's order and form. */
export function describeIdentity(
  { id, spec, interfaces }: InstanceView,
  { caller: { account, region } }: Pick<Transaction, 'caller'>,
): string {
  const document = {
    accountId: account.id,
    architecture: spec.Architecture,
    availabilityZone: spec.Placement?.AvailabilityZone,
    billingProducts: null,
    devpayProductCodes: null,
    marketplaceProductCodes: null,
    imageId: spec.ImageId,
    instanceId: id,
    instanceType: spec.InstanceType,
    kernelId: null,
    pendingTime: toWholeSeconds(spec.LaunchTime ?? ''),
    privateIp: interfaces[0]?.spec.PrivateIpAddress,
    ramdiskId: null,
    region,
    version: '2017-09-30',
  }
  return JSON.stringify(document, undefined, 2)
}

/** Returns what signs as a signer does, and remembers the last documents: the same one is signed once. */
export function createIdentitySigner(sign: SignIdentity): SignIdentity {
  const kept = new Map<string, Promise<string>>()
  return (document) => {
    const known = kept.get(document)
    if (known !== undefined) return known
    const signed = sign(document)
    kept.set(document, signed)
    signed.catch(() => kept.delete(document))
    const [oldest] = kept.keys()
    if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest)
    return signed
  }
}
