import { iamKinds } from '../account/kinds.ts'
import { keptKinds, type Ec2Kind } from './kinds.ts'

/** All that is kept of accounts, in memory too. */
export const followedKinds: readonly Ec2Kind[] = [
  ...keptKinds,
  ...(Object.values(iamKinds) as Ec2Kind[]),
]
