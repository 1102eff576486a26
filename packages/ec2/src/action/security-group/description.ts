import { ActionError } from '../errors.ts'

/** Source: EC2's API reference, IpRange. */
const allowed = /^[a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]{0,255}$/

/** @throws {@link ActionError} where a text may not describe a rule. */
export function assertDescription(text: string | undefined): void {
  if (text === undefined || allowed.test(text)) return
  throw new ActionError(
    'InvalidParameterValue',
    'Invalid rule description. Valid descriptions are strings less than 256 characters from the following set:  a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*',
  )
}

/** @throws {@link ActionError} where a text may not name or describe a group. */
export function assertGroupText(parameter: 'GroupName' | 'GroupDescription', text: string): void {
  if (text !== '' && allowed.test(text)) return
  throw new ActionError(
    'InvalidParameterValue',
    `Value (${text.slice(0, 100)}) for parameter ${parameter} is invalid. Character sets beyond ASCII are not supported.`,
  )
}
