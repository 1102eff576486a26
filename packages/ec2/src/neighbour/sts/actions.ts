import type * as STS from '@aws-sdk/client-sts'

import type { Seal } from '../../account/seal.ts'
import { issueSession } from '../../account/session.ts'
import { ActionError } from '../../action/errors.ts'
import type { HandlersOf } from '../../action/sdk-action.ts'
import type { Transaction } from '../../resource/transaction.ts'

/** What is served of STS. */
export type StsHandlers = HandlersOf<typeof STS, Transaction>

/** Seconds. Source: STS's API reference, GetSessionToken. */
const [LEAST_SECONDS, MOST_SECONDS, USUAL_SECONDS] = [900, 129_600, 43_200]
/** A root's keys count for an hour at most. */
const MOST_ROOT_SECONDS = 3600

/** Returns what is served of STS: who somebody is, and keys for a while. */
export function createStsActions(seal: Seal): StsHandlers {
  return {
    GetCallerIdentity: (_, { caller }) => ({
      UserId: caller.userId,
      Account: caller.account.id,
      Arn: caller.arn,
    }),

    GetSessionToken: ({ DurationSeconds, SerialNumber, TokenCode }, { caller, nowMs }) => {
      if (SerialNumber !== undefined || TokenCode !== undefined) {
        throw new ActionError(
          'UnauthorizedOperation',
          'MultiFactorAuthentication failed: there are no devices for it here.',
        )
      }
      const { account, arn, userId } = caller
      const seconds = durationOf(DurationSeconds, userId === account.id)
      const expiresMs = nowMs + seconds * 1000
      const key = issueSession(seal, { account, arn, userId, isSession: true }, expiresMs)
      return {
        Credentials: {
          AccessKeyId: key.accessKeyId,
          SecretAccessKey: key.secretAccessKey,
          SessionToken: key.sessionToken,
          Expiration: new Date(expiresMs),
        },
      }
    },
  }
}

function durationOf(seconds = USUAL_SECONDS, isRoot: boolean): number {
  if (seconds < LEAST_SECONDS || seconds > MOST_SECONDS) {
    throw new ActionError(
      'ValidationError',
      `1 validation error detected: Value '${seconds}' at 'durationSeconds' is none from ${LEAST_SECONDS} to ${MOST_SECONDS}`,
    )
  }
  return isRoot ? Math.min(seconds, MOST_ROOT_SECONDS) : seconds
}
