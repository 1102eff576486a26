import type * as SSM from '@aws-sdk/client-ssm'

import { ActionError } from '../../action/errors.ts'
import type { HandlersOf } from '../../action/sdk-action.ts'
import type { Transaction } from '../../resource/transaction.ts'
import { imageOfAlias } from './aliases.ts'

/** What is served of Systems Manager. */
export type SsmHandlers = HandlersOf<typeof SSM, Transaction>

/** Source: Systems Manager's API reference, GetParameters. */
const MOST_NAMES = 10

/** What is served of Systems Manager: the public parameters that name images. */
export const ssmActions = {
  GetParameter: ({ Name = '' }, transaction) => {
    const parameter = parameterOf(transaction, Name)
    if (parameter === undefined) {
      throw new ActionError('ParameterNotFound', `Parameter ${Name.slice(0, 200)} not found.`)
    }
    return { Parameter: parameter }
  },

  GetParameters: ({ Names = [] }, transaction) => {
    if (Names.length === 0 || Names.length > MOST_NAMES) {
      throw new ActionError(
        'ValidationException',
        `1 validation error detected: 'names' has ${Names.length} members; from 1 to ${MOST_NAMES} are taken`,
      )
    }
    const found = [...new Set(Names)].map((name) => ({
      name,
      parameter: parameterOf(transaction, name),
    }))
    return {
      Parameters: found.flatMap(({ parameter }) => parameter ?? []),
      InvalidParameters: found
        .filter(({ parameter }) => parameter === undefined)
        .map(({ name }) => name),
    }
  },
} as const satisfies SsmHandlers

/** A parameter has one version here: which image it stands for follows from the catalogue. */
function parameterOf({ images, caller }: Transaction, asked: string) {
  const [name = '', selector] = asked.split(':', 2)
  const image = imageOfAlias(name)
  const found = images.catalogue.find((each) => each.name === image)
  if (found === undefined || (selector !== undefined && selector !== '1')) return undefined
  return {
    Name: name,
    Type: 'String' as const,
    Value: found.id,
    Version: 1,
    ...(selector !== undefined && { Selector: `:${selector}` }),
    LastModifiedDate: new Date(found.createdAt),
    ARN: `arn:aws:ssm:${caller.region}::parameter${name}`,
    DataType: 'text',
  }
}
