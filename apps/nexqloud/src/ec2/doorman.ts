import { createPrivateKey } from 'node:crypto'

import { PushedKeys, type Ec2 } from '@nexqloud/ec2'
import { createAllowance, type Clock } from '@nexqloud/kernel'
import type { SshOptions } from '@nexqloud/masternode'
import { createHostKeys, type LoginAttempt } from '@nexqloud/ssh'

/** Who says by SSH whose key enters an instance: nobody's, as long as EC2's resources are not known. */
export type Doorman = {
  readonly ssh: SshOptions
  /** Where keys are pushed that enter for a minute. */
  readonly pushedKeys: PushedKeys
  /** Says by what it is known whose key enters. */
  readonly follow: (ec2: Pick<Ec2, 'findLogin'>) => void
}

/** What a doorman stands on. */
export type DoormanParts = {
  readonly clock: Clock
  /** The masternode's private key: instances' host keys follow from it. */
  readonly keyPem: string
  /** Told of those who entered, and of some of those who were refused. */
  readonly onAttempt: (attempt: LoginAttempt) => void
}

/** Robots try keys without end: of those who are refused, so many are told of. */
const TOLD_REFUSALS = { perSecond: 1, burst: 60 }

/** Returns a doorman who lets nobody in yet. */
export function createDoorman({ clock, keyPem, onAttempt }: DoormanParts): Doorman {
  const secret = createPrivateKey(keyPem).export({ format: 'der', type: 'pkcs8' })
  const pushedKeys = new PushedKeys(clock)
  const mayTell = createAllowance(TOLD_REFUSALS, () => clock.steadyMs())
  let rule: Pick<Ec2, 'findLogin'> | undefined
  return {
    pushedKeys,
    follow: (ec2) => {
      rule = ec2
    },
    ssh: {
      hostKeyOf: createHostKeys(secret),
      findEntry: (instance, osUser, { line: publicKey }) => {
        const [namespace = '', instanceId = ''] = instance.split('/')
        const question = { namespace, instanceId, osUser, publicKey }
        const by = rule?.findLogin(question, pushedKeys)
        return by === undefined ? undefined : { by }
      },
      onAttempt: (attempt) => {
        if (attempt.by !== undefined || mayTell()) onAttempt(attempt)
      },
    },
  }
}
