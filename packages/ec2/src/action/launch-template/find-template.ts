import { ec2Kinds, type LaunchTemplateSpec } from '../../resource/kinds.ts'
import { isResourceId } from '../../resource/resource-id.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Transaction } from '../../resource/transaction.ts'
import { ActionError, invalidCombination, missingParameter } from '../errors.ts'

const { launchTemplates } = ec2Kinds

/** How a request says which template it means. */
export type TemplateName = {
  readonly LaunchTemplateId?: string | undefined
  readonly LaunchTemplateName?: string | undefined
}

/**
 * Returns the template of an id or of a name.
 *
 * @throws {@link ActionError} where both or none is said, or there is none.
 */
export function findTemplate(
  transaction: Transaction,
  { LaunchTemplateId: id, LaunchTemplateName: name }: TemplateName,
  verb = 'modify',
): Resource<LaunchTemplateSpec> {
  if (id !== undefined && name !== undefined) {
    throw invalidCombination(
      `Either provide launch template ID or launch template name to ${verb} the template.`,
    )
  }
  if (id !== undefined) return ofId(transaction, id)
  if (name === undefined) throw missingParameter('launch template ID or launch template name')
  const found = templateOfName(transaction, name)
  if (found !== undefined) return found
  throw new ActionError(
    'InvalidLaunchTemplateName.NotFoundException',
    `The specified launch template, with template name ${name.slice(0, 200)}, does not exist.`,
  )
}

/** Returns the template of a name; nothing where there is none. */
export function templateOfName(
  transaction: Transaction,
  name: string,
): Resource<LaunchTemplateSpec> | undefined {
  return transaction.list(launchTemplates).find(({ spec }) => spec.LaunchTemplateName === name)
}

function ofId(transaction: Transaction, id: string): Resource<LaunchTemplateSpec> {
  const said = id.slice(0, 100)
  if (!isResourceId(id, launchTemplates.prefix)) {
    throw new ActionError('InvalidLaunchTemplateId.Malformed', `Invalid id: "${said}"`)
  }
  const found = transaction.find(launchTemplates, id)
  if (found !== undefined) return found
  throw new ActionError(
    launchTemplates.notFound,
    `The specified launch template, with template ID ${said}, does not exist.`,
  )
}
