import { parseAddress, type Address } from '@nexqloud/kernel'
import { contracts, type Ledger } from '@nexqloud/ledger'
import { encodeFunctionData, parseEventLogs } from 'viem'

import { readChain } from '../session/read-chain.ts'
import type { Session } from '../session/session.ts'
import { nextBlock } from '../transaction/intent.ts'
import { sendTransaction } from '../transaction/send.ts'
import type { Sender } from '../transaction/sender.ts'

const { abi, address } = contracts.digitalKeys
type KeyReader = Pick<Ledger<undefined>, 'client' | 'digitalKeys' | 'devices'>

/** Founding keys are looked at so many at a time. */
const BATCH = 20

/** Returns a digital key of an owner that activates no device; `undefined` where there is none. */
export async function findFreeKey(ledger: KeyReader, owner: Address): Promise<bigint | undefined> {
  const held = await readChain(ledger.digitalKeys.read.balanceOf([owner]))
  if (held === 0n) return undefined
  const received = await readReceived(ledger, owner)
  return (await firstFree(ledger, owner, received)) ?? findFoundingKey(ledger, owner)
}

/** Returns all digital keys of an owner, but for founding ones, that activate no device. */
export async function findFreeKeys(ledger: KeyReader, owner: Address): Promise<readonly bigint[]> {
  if ((await readChain(ledger.digitalKeys.read.balanceOf([owner]))) === 0n) return []
  const received = await readReceived(ledger, owner)
  const free: bigint[] = []
  for (let first = 0; first < received.length; first += BATCH) {
    const found = await Promise.all(
      received
        .slice(first, first + BATCH)
        .map(async (key) => ((await isFree(ledger, owner, key)) ? [key] : [])),
    )
    free.push(...found.flat())
  }
  return free
}

/** Keys that were sent to an owner, the last one first; founding keys stand in genesis, which has no logs. */
async function readReceived({ client }: KeyReader, owner: Address): Promise<readonly bigint[]> {
  const logs = await readChain(
    client.getContractEvents({
      abi,
      address,
      eventName: 'Transfer',
      args: { to: owner },
      fromBlock: 0n,
    }),
  )
  const transfers = parseEventLogs({ abi, eventName: 'Transfer', logs })
  return [...new Set(transfers.map(({ args }) => args.tokenId).toReversed())]
}

async function findFoundingKey(ledger: KeyReader, owner: Address): Promise<bigint | undefined> {
  for (
    let first = 1n;
    await readChain(ledger.digitalKeys.read.isFounding([first]));
    first += BigInt(BATCH)
  ) {
    const batch = Array.from({ length: BATCH }, (_, index) => first + BigInt(index))
    const founding = await Promise.all(
      batch.map((key) => readChain(ledger.digitalKeys.read.isFounding([key]))),
    )
    const found = await firstFree(
      ledger,
      owner,
      batch.filter((_, index) => founding[index]),
    )
    if (found !== undefined) return found
  }
  return undefined
}

async function firstFree(
  ledger: KeyReader,
  owner: Address,
  keys: readonly bigint[],
): Promise<bigint | undefined> {
  for (const key of keys) if (await isFree(ledger, owner, key)) return key
  return undefined
}

async function isFree(
  { digitalKeys, devices }: KeyReader,
  owner: Address,
  key: bigint,
): Promise<boolean> {
  const holder = parseAddress(await readChain(digitalKeys.read.ownerOf([key])))
  return holder === owner && (await readChain(devices.read.deviceOfKey([key]))) === 0
}

/** Returns what a key costs in this period, in wei. */
export async function readKeyPrice({ digitalKeys }: KeyReader): Promise<bigint> {
  return readChain(digitalKeys.read.weiPrice(nextBlock))
}

/**
 * Buys a key, and returns its number.
 *
 * @throws as {@link sendTransaction} does.
 */
export async function buyKeyFor(session: Session, sender: Sender, value: bigint): Promise<bigint> {
  const data = encodeFunctionData({ abi, functionName: 'buy', args: [sender.account.address] })
  const receipt = await sendTransaction(session, sender, { to: parseAddress(address), data, value })
  const [bought] = parseEventLogs({ abi, eventName: 'KeyBought', logs: receipt.logs })
  if (bought === undefined) throw new TypeError('A key was bought, and no event names it.')
  return bought.args.key
}
