import type * as SSM from '@aws-sdk/client-ssm'

import { ActionError } from '../../action/errors.ts'
import type { HandlersOf } from '../../action/sdk-action.ts'
import type { Transaction } from '../../resource/transaction.ts'
import { imageOfAlias } from './aliases.ts'

/** What is served of Systems Manager. */
export type SsmHandlers = HandlersOf<typeof SSM, Transaction>

/** An image of the catalogue, as parameters tell it. */
export type CatalogueImage = {
  readonly id: string
  /** Since when it is that one: parameters tell it. */
  readonly sinceMs: number
}

/** Returns the image of a name in a region's catalogue; nothing where there is none. It is asked for each parameter. */
export type FindImage = (name: string, region: string) => CatalogueImage | undefined

/** Source: Systems Manager's API reference, GetParameters. */
const MOST_NAMES = 10

/** Returns what is served of Systems Manager: the public parameters that name images. */
export function createSsmActions(findImage: FindImage): SsmHandlers {
  return {
    GetParameter: ({ Name = '' }, { caller }) => {
      const parameter = parameterOf(findImage, Name, caller.region)
      if (parameter === undefined) {
        throw new ActionError('ParameterNotFound', `Parameter ${Name.slice(0, 200)} not found.`)
      }
      return { Parameter: parameter }
    },

    GetParameters: ({ Names = [] }, { caller }) => {
      if (Names.length === 0 || Names.length > MOST_NAMES) {
        throw new ActionError(
          'ValidationException',
          `1 validation error detected: 'names' has ${Names.length} members; from 1 to ${MOST_NAMES} are taken`,
        )
      }
      const found = [...new Set(Names)].map((name) => ({
        name,
        parameter: parameterOf(findImage, name, caller.region),
      }))
      return {
        Parameters: found.flatMap(({ parameter }) => parameter ?? []),
        InvalidParameters: found
          .filter(({ parameter }) => parameter === undefined)
          .map(({ name }) => name),
      }
    },
  }
}

/** A parameter has one version here: which image it stands for follows from the catalogue. */
function parameterOf(findImage: FindImage, asked: string, region: string) {
  const [name = '', selector] = asked.split(':', 2)
  const image = imageOfAlias(name)
  const found = image === undefined ? undefined : findImage(image, region)
  if (found === undefined || (selector !== undefined && selector !== '1')) return undefined
  return {
    Name: name,
    Type: 'String' as const,
    Value: found.id,
    Version: 1,
    ...(selector !== undefined && { Selector: `:${selector}` }),
    LastModifiedDate: new Date(found.sinceMs),
    ARN: `arn:aws:ssm:${region}::parameter${name}`,
    DataType: 'text',
  }
}
