import type { Notify } from '@nexqloud/control'
import type { Logger } from 'pino'

import { createAttest } from '../masternode/attest.ts'
import type { Shell } from '../shell.ts'
import type { Sender } from '../transaction/sender.ts'
import { createPost } from './post-publicly.ts'
import { createWebhook } from './webhook.ts'

/** Returns what sends notices in a masternode's name, until its process ends. */
export function openWebhook(
  { clock, signal }: Pick<Shell, 'clock' | 'signal'>,
  { account }: Sender,
  log: Pick<Logger, 'warn'>,
): Notify {
  return createWebhook({
    post: createPost(),
    sign: createAttest(account),
    clock,
    signal,
    onFailure: (error) => log.warn({ err: error }, 'webhookFailed'),
  })
}
