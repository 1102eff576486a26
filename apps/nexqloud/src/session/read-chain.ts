import { ContractRefusalError, explainFailure } from '@nexqloud/ledger'

import { RefusedError } from '../transaction/errors.ts'

/**
 * Returns what a question to the chain gives.
 *
 * @throws {@link RefusedError} where a contract refuses to answer.
 */
export async function readChain<Answer>(question: Promise<Answer>): Promise<Answer> {
  try {
    return await question
  } catch (error) {
    const explained = explainFailure(error)
    throw explained instanceof ContractRefusalError ? new RefusedError(explained) : explained
  }
}
