import { parseCidr, type Cidr } from '../../network/cidr.ts'
import { ActionError, invalidValue } from '../errors.ts'

/** A VPC or a subnet has from 16 to 65,536 addresses. Source: EC2's API reference, CreateVpc and CreateSubnet. */
const MOST_LENGTH = 28
const LEAST_LENGTH = 16

/**
 * Returns the IPv4 block that is asked for.
 *
 * @throws {@link ActionError} where it is none, or too large or too small: the latter with the code of what is made.
 */
export function readCidrBlock(
  text: string,
  code: 'InvalidVpc.Range' | 'InvalidSubnet.Range',
): Cidr {
  const block = parseCidr(text)
  if (block === undefined || block.family !== 4) {
    throw invalidValue('cidrBlock', text, 'This is not a valid CIDR block.')
  }
  if (block.length < LEAST_LENGTH || block.length > MOST_LENGTH) throw invalidRange(code, text)
  return block
}

/** Returns what is said of a block that cannot be had. */
export function invalidRange(
  code: 'InvalidVpc.Range' | 'InvalidSubnet.Range',
  text: string,
): ActionError {
  return new ActionError(code, `The CIDR '${text}' is invalid.`)
}
