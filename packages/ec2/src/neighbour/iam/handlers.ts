import type * as IAM from '@aws-sdk/client-iam'

import type { HandlersOf } from '../../action/sdk-action.ts'
import type { Transaction } from '../../resource/transaction.ts'

/** What is served of IAM. */
export type IamHandlers = HandlersOf<typeof IAM, Transaction>
