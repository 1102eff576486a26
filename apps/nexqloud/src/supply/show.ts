import { parseNxq } from '@nexqloud/kernel'
import { contracts, readCalendar } from '@nexqloud/ledger'
import { EMISSION_SUPPLY, nextHalvingAt, pendingFees } from '@nexqloud/rules'
import type { Block, Hex } from 'viem'

import { formatTable, printResult } from '../fields.ts'
import type { ReadOptions } from '../option.ts'
import { openSession, type Session } from '../session/session.ts'
import type { Shell } from '../shell.ts'
import { formatNxqAligned, showNxq, showTime } from '../unit.ts'

/** All NXQ there are, in wei: block 0 has them, and nothing mints or burns. */
const total = parseNxq('21000000')

/** Where NXQ are, in wei. */
type Supply = {
  readonly emission: bigint
  readonly lockedReserve: bigint
  readonly faucet: bigint
  readonly treasury: bigint
  readonly validatorPool: bigint
  /** Base fees of past blocks that the next block with transactions gives to the validators' pool. */
  readonly inFlight: bigint
  /** The rest: what everybody else has. */
  readonly inCirculation: bigint
}

/** Shows where all NXQ are, at one block. */
export async function showSupply(options: ReadOptions, shell: Shell): Promise<void> {
  const session = await openSession(options, shell)
  const block = await session.ledger.client.getBlock()
  const [supply, calendar] = await Promise.all([
    readSupply(session, block),
    readCalendar(session.ledger),
  ])
  const halvingAt = nextHalvingAt(calendar, Number(block.timestamp))
  const emitted = EMISSION_SUPPLY - supply.emission
  const rows = [
    ['emission, not out yet', supply.emission],
    ['locked reserve', supply.lockedReserve],
    ['faucet', supply.faucet],
    ['treasury', supply.treasury],
    ['validators’ pool', supply.validatorPool],
    ['in circulation', supply.inCirculation],
    ['fees in flight', supply.inFlight],
    ['all', total],
  ] as const
  const amounts = formatNxqAligned(rows.map(([, wei]) => wei))
  printResult(
    {
      document: {
        blockNumber: Number(block.number),
        totalWei: total,
        emittedWei: emitted,
        nextHalvingAt: halvingAt ?? null,
        ...documentOf(supply),
      },
      lines: [
        ...formatTable(rows.map(([label], index) => [label, amounts[index] ?? '', 'NXQ'])),
        '',
        `Emitted so far are ${showNxq(emitted)}; ${tellHalving(halvingAt)}`,
      ],
    },
    { printer: shell.printer, json: options.json },
  )
}

function tellHalving(at: number | undefined): string {
  return at === undefined
    ? 'the emission halves no more.'
    : `the emission halves next at ${showTime(at)}.`
}

async function readSupply({ ledger, keyring }: Session, block: Block): Promise<Supply> {
  const blockNumber = block.number ?? 0n
  const balanceOf = (address: Hex) => ledger.client.getBalance({ address, blockNumber })
  const faucetKey = keyring.networkKeys.find(({ name }) => name === 'faucet')
  const [emission, lockedReserve, treasury, validatorPool, faucet] = await Promise.all([
    balanceOf(contracts.emission.address),
    balanceOf(contracts.lockedReserve.address),
    balanceOf(contracts.treasury.address),
    balanceOf(contracts.validatorPool.address),
    faucetKey === undefined ? 0n : balanceOf(faucetKey.address),
  ])
  const inFlight = feesInFlight(block)
  const known = emission + lockedReserve + treasury + validatorPool + faucet + inFlight
  return {
    emission,
    lockedReserve,
    faucet,
    treasury,
    validatorPool,
    inFlight,
    inCirculation: total - known,
  }
}

/**
 * What the newest block burnt, and what it carries on of earlier ones: that stands in its extra data, where block 0 has the
 * chain's name.
 */
function feesInFlight({ number, extraData, gasUsed, baseFeePerGas }: Block): bigint {
  const carriedWei = number === 0n || extraData === '0x' ? 0n : BigInt(extraData)
  return pendingFees({ carriedWei, gasUsed, baseFeePerGas: baseFeePerGas ?? 0n })
}

function documentOf(supply: Supply): Readonly<Record<string, bigint>> {
  return Object.fromEntries(Object.entries(supply).map(([name, wei]) => [`${name}Wei`, wei]))
}
