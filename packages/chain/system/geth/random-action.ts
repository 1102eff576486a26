import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { compileSolidity } from '@nexqloud/contracts'
import { contracts } from '@nexqloud/ledger'
import { encodeFunctionData, numberToHex, padHex, parseEther, type Abi, type Hex } from 'viem'

import type { Dice } from './dice.ts'

/** What a transaction does, before somebody sends it. */
export type Action = {
  readonly to?: Hex
  readonly value?: bigint
  readonly data?: Hex
  readonly gas: bigint
}

/** Who and what an action can be about. */
export type Cast = {
  readonly people: readonly [Hex, ...Hex[]]
  readonly sender: Hex
  readonly torture: Hex
  /** Second of the block that the action is meant for. */
  readonly time: number
}

/** A contract, compiled. */
export type Compiled = { readonly abi: Abi; readonly creationCode: Hex }

/** Returns the contract of `Torture.sol`, compiled. */
export function compileTorture(): Compiled {
  const name = 'Torture.sol'
  const source = readFileSync(join(import.meta.dirname, name), 'utf8')
  const settings = { optimizer: { enabled: true }, viaIR: true }
  const compiled = compileSolidity({ [name]: source }, ['abi', 'evm.bytecode.object'], settings)
  const output = compiled.contracts[name]?.['Torture'] as unknown
  const { abi, evm } = output as {
    readonly abi: Abi
    readonly evm: { readonly bytecode: { readonly object: string } }
  }
  return { abi, creationCode: `0x${evm.bytecode.object}` }
}

type Maker = (dice: Dice, cast: Cast) => Action

/** Returns a random action; about a fifth of them fail. */
export function randomAction(dice: Dice, cast: Cast, { abi }: Pick<Compiled, 'abi'>): Action {
  const make = dice.pick(dice.pick([plain, economy, torment(abi)]))
  return withIntrinsicGas(make(dice, cast))
}

type Makers = readonly [Maker, ...Maker[]]

/** Adds what a transaction costs before it runs, with one address and one slot in its access list. */
function withIntrinsicGas({ gas, ...action }: Action): Action {
  const bytes = BigInt((action.data ?? '0x').length / 2 - 1)
  const creation = action.to === undefined ? 32_000n + bytes : 0n
  return { ...action, gas: gas + 21_000n + 16n * bytes + creation + 2400n + 1900n }
}

/** Transfers and creations. */
const plain: Makers = [
  (dice, { people }) => ({ to: dice.pick(people), value: BigInt(dice.roll(1e9)), gas: 0n }),
  (_, { sender }) => ({ to: sender, value: 1n, gas: 0n }),
  (dice) => ({ to: dice.bytes(20), value: BigInt(dice.roll(2)), gas: 0n }),
  (dice) => ({
    to: padHex(numberToHex(1 + dice.roll(10)), { size: 20 }),
    data: dice.bytes(dice.roll(200)),
    gas: 200_000n,
  }),
  (dice) => ({ data: `0x6020600060003960206000f3${dice.bytes(32).slice(2)}`, gas: 120_000n }),
  () => ({ data: '0x', gas: 60_000n }),
  () => ({ data: '0x60ef60005360016000f3', gas: 100_000n }),
  () => ({ data: '0x600160005260206000fd', gas: 100_000n }),
  () => ({ data: '0x615fff6000f3', gas: 90_000n }),
]

/** Calls of our contracts. */
const { leases, digitalKeys, prices, devices, treasury, masternodes, settlement } = contracts

const economy: Makers = [
  (dice, { people }) => ({
    ...call(leases, 'deposit', [dice.pick(people)], 300_000n),
    value: BigInt(dice.roll(1e9)),
  }),
  () => call(leases, 'approve', [1], 200_000n),
  (dice) => call(leases, 'revoke', [1 + dice.roll(2)], 200_000n),
  (dice) => call(leases, 'setLimits', [BigInt(dice.roll(1e9)), dice.roll(1e6)], 200_000n),
  (dice) => call(leases, 'announceWithdrawal', [BigInt(dice.roll(1e9))], 300_000n),
  () => call(leases, 'cancelWithdrawal', [], 200_000n),
  (_, { sender }) => call(leases, 'withdraw', [sender], 200_000n),
  (dice, cast) => call(leases, 'open', [[opening(dice, cast), opening(dice, cast)]], 500_000n),
  (dice, { people }) => ({
    ...call(digitalKeys, 'buy', [dice.pick(people)], 400_000n),
    value: dice.pick([0n, parseEther('1'), parseEther('3')]),
  }),
  (dice, { people, sender }) =>
    call(
      digitalKeys,
      'transferFrom',
      [sender, dice.pick(people), BigInt(dice.roll(130))],
      300_000n,
    ),
  (dice) => call(prices, 'quote', [BigInt(1 + dice.roll(300_000_000)) * 3600n], 300_000n),
  () => call(prices, 'fill', [], 2_000_000n),
  (dice) => call(devices, 'draw', [dice.roll(3)], 300_000n),
  (dice) => ({ to: treasury.address, value: BigInt(dice.roll(1e9)), gas: 100_000n }),
  (dice, { sender }) => call(treasury, 'collect', [sender], 100_000n + BigInt(dice.roll(10))),
  (dice) => call(masternodes, 'startLeaving', [dice.roll(3)], 200_000n),
  (dice) => call(settlement, 'postFile', [BigInt(dice.roll(3)), dice.bytes(32)], 300_000n),
]

function opening(dice: Dice, { people, time }: Cast) {
  return {
    instance: `${dice.pick(people)}${dice.bytes(12).slice(2)}`,
    device: dice.roll(3),
    kind: 1 + dice.roll(13),
    startedAt: time - dice.roll(100),
    token: BigInt(1 + dice.roll(9)),
    waited: dice.roll(100),
  }
}

/** Calls of the contract that does what clients could see differently. */
function torment(abi: Abi): Makers {
  const at = (to: Hex) => ({ abi, address: to })
  return [
    (dice, { torture }) => ({
      ...call(at(torture), 'environment', [], 300_000n),
      value: BigInt(dice.roll(9)),
    }),
    (dice, { torture }) => call(at(torture), 'precompile', precompile(dice), 700_000n),
    (dice, { torture }) =>
      call(at(torture), 'store', [dice.roll(50), dice.roll(12), dice.roll(3)], 400_000n),
    (dice, { torture }) => call(at(torture), 'flip', [dice.roll(60)], 100_000n),
    (dice, { torture }) => call(at(torture), 'transient_', [dice.roll(40)], 200_000n),
    (dice, { torture }) =>
      call(at(torture), 'logs', [dice.roll(6), dice.bytes(dice.roll(70))], 200_000n),
    (dice, { torture }) => call(at(torture), 'refuse', [dice.roll(9)], 100_000n),
    (_, { torture }) => call(at(torture), 'invalid_', [], 80_000n),
    (_, { torture }) => call(at(torture), 'spin', [], 60_000n),
    (dice, { torture }) => call(at(torture), 'recurse', [dice.roll(60)], 900_000n),
    (_, { torture }) => call(at(torture), 'catches', [], 200_000n),
    (dice, { torture, people }) => ({
      ...call(at(torture), 'makeAndKill', [salt(dice), dice.pick([zero, ...people])], 400_000n),
      value: BigInt(dice.roll(5)),
    }),
    (dice, { torture }) => call(at(torture), 'make', [salt(dice)], 300_000n),
    (dice, { torture, people }) =>
      call(at(torture), 'look', [dice.pick([...people, torture])], 100_000n),
  ]
}

const zero = padHex('0x', { size: 20 })

function salt(dice: Dice): Hex {
  return padHex(numberToHex(dice.roll(8)), { size: 32 })
}

function precompile(dice: Dice): readonly unknown[] {
  if (dice.roll(4) === 0) return [padHex('0x0a', { size: 20 }), pointEvaluation(dice), 300_000n]
  const which = padHex(numberToHex(1 + dice.roll(11)), { size: 20 })
  const length = dice.pick([0, 32, 64, 96, 128, 192, 213, dice.roll(300)])
  return [which, dice.bytes(length), BigInt(dice.pick([0, 100, 3000, 60_000, 300_000]))]
}

type Target = { readonly abi: Abi; readonly address: Hex }

/** The names are not known to the compiler here: a wrong one fails when it is encoded. */
type Call = readonly [functionName: string, args: readonly unknown[], gas: bigint]

function call({ abi, address }: Target, ...[functionName, args, gas]: Call): Action {
  return { to: address, data: encodeFunctionData({ abi, functionName, args }), gas }
}

/** The generator of BLS12-381's G1, the point at infinity, and bytes that are no point; compressed. */
const points = [
  '97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb',
  `c0${'00'.repeat(47)}`,
  'ff'.repeat(48),
] as const

/** Values of the proof's polynomial: right for the generator, wrong, zero, and the field's order, which is none. */
const values = [
  1n,
  2n,
  0n,
  0x73ed_a753_299d_7d48_3339_d808_09a1_d805_53bd_a402_fffe_5bfe_ffff_ffff_0000_0001n,
]

/**
 * Input of the point evaluation precompile (EIP-4844). The generator commits to the polynomial that is 1 everywhere, infinity
 * to the one that is 0, and both are proven by the point at infinity.
 */
function pointEvaluation(dice: Dice): Hex {
  const [commitment, proof] = [dice.pick(points), dice.pick([points[1], points[1], points[2]])]
  const hash = createHash('sha256').update(commitment, 'hex').digest('hex')
  const y = numberToHex(values[dice.roll(values.length)] ?? 0n, { size: 32 }).slice(2)
  return `0x01${hash.slice(2)}${'00'.repeat(31)}07${y}${commitment}${proof}`
}
