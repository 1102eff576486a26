import { isAddress, parseEther, type Address, type Hex } from 'viem'
import { z } from 'zod'

/** What is wrong with an input, all of it at once. */
export class InvalidInputError extends Error {
  readonly code = 'GENESIS_INPUT_INVALID'
  readonly hint = 'Correct each of these; the schema stands in contracts/tool/genesis.'
  /** One line for each problem: where, and what. */
  readonly problems: readonly string[]

  constructor(what: string, problems: readonly string[]) {
    super(`${what} cannot be used:\n${problems.map((problem) => `  ${problem}`).join('\n')}`)
    this.name = 'InvalidInputError'
    this.problems = problems
  }
}

/**
 * Returns the input as its schema types it.
 *
 * @throws {@link InvalidInputError} with every problem, by name.
 */
export function parseInput<T extends z.ZodType>(
  schema: T,
  input: unknown,
  what: string,
): z.output<T> {
  const result = schema.safeParse(input)
  if (result.success) return result.data
  throw new InvalidInputError(
    what,
    result.error.issues.map(({ path, message }) => `${path.join('.') || 'all of it'}: ${message}`),
  )
}

/** Wei of an amount of NXQ that is written with at most 18 decimals, e.g. `"10500000"`. */
export const nxq = z
  .string()
  .regex(/^\d{1,8}(\.\d{1,18})?$/, 'has to be an amount of NXQ, e.g. "12.5"')
  .transform((text) => parseEther(text))

/** Zero, precompiles, and where the contracts stand: of an address in lower case. */
const reserved = /^0x(0{36}|4e58510{30})/

/** A share in basis points. */
export const bps = z.int().min(0).max(10_000)

/** An account; the checksum is checked where there is one. Lower case, so that equal accounts are equal texts. */
export const address = z
  .string()
  .refine(
    (text) => isAddress(text) && !reserved.test(text.toLowerCase()),
    'has to be an address of 20 bytes, neither zero nor a precompile nor one of the contracts',
  )
  .transform((text) => text.toLowerCase() as Address)

/** 32 bytes as hex. */
export const hash = z
  .string()
  .regex(/^0x[0-9a-f]{64}$/, 'has to be 32 bytes of lower-case hex')
  .transform((text) => text as Hex)

/** A word that fits 32 bytes as ASCII. */
export const word = z.string().regex(/^[!-~]{1,32}$/, 'has to be 1 to 32 visible ASCII characters')

/** Whether no two of them are equal. */
export function areDistinct(values: readonly unknown[]): boolean {
  return new Set(values).size === values.length
}
