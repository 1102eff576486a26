import type { Root } from '@nexqloud/ledger'
import {
  createPeriodTree,
  rootOf,
  type BillLeaf,
  type CreditLeaf,
  type PeriodLeaves,
  type RewardLeaf,
} from '@nexqloud/rules'
import { bytesToHex } from 'viem'

import { keccak256 } from '../keccak256.ts'
import { parseLeavesPage, pathOf } from '../masternode/settlement-pages.ts'
import { showNxq } from '../unit.ts'
import { FileRefusedError } from './errors.ts'
import type { FileSources } from './fetch-file.ts'

/** Says which leaf under a root is the first that does not follow from the files, where somebody still gives the leaves that have this root. */
export async function explainRoot(
  { period, root }: Pick<Root, 'period' | 'root'>,
  { own, doors }: { readonly own: PeriodLeaves; readonly doors: FileSources },
): Promise<string> {
  for (const source of doors.sources) {
    try {
      const leaves = parseLeavesPage(await source.fetch(pathOf.leaves(period), doors.signal))
      if (leaves === undefined) continue
      if (bytesToHex(rootOf(createPeriodTree(leaves, keccak256))) !== root) continue
      return findFirst(leaves, own) ?? 'Under it, the leaves are in another order.'
    } catch (failure) {
      doors.signal.throwIfAborted()
      if (!(failure instanceof FileRefusedError)) throw failure
    }
  }
  return 'Nobody gives the leaves that have it.'
}

function findFirst(signed: PeriodLeaves, own: PeriodLeaves): string | undefined {
  return (
    findIn({ signed: signed.rewards, own: own.rewards, ...rewards }) ??
    findIn({ signed: signed.bills, own: own.bills, ...bills }) ??
    findIn({ signed: signed.credits, own: own.credits, ...credits })
  )
}

type Kind<Leaf> = {
  /** What no two leaves of a period have in common. */
  readonly nameOf: (leaf: Leaf) => string
  readonly toldOf: (leaf: Leaf) => string
}

const rewards: Kind<RewardLeaf> = {
  nameOf: ({ device }) => `device ${device}`,
  toldOf: ({ account, amount, uptimeSeconds, scoreHundredths }) =>
    `${showNxq(amount)} to ${account}, for ${uptimeSeconds} s at a score of ${(scoreHundredths / 100).toFixed(2)}`,
}
const bills: Kind<BillLeaf> = {
  nameOf: ({ instance, token }) => `the lease ${token} of ${instance}`,
  toldOf: ({ seconds }) => `${seconds} s`,
}
const credits: Kind<CreditLeaf> = {
  nameOf: ({ instance, month }) => `the credit of ${instance} for month ${month}`,
  toldOf: ({ amount }) => showNxq(amount),
}

type Leaves<Leaf> = Kind<Leaf> & { readonly signed: readonly Leaf[]; readonly own: readonly Leaf[] }

function findIn<Leaf>({ signed, own, nameOf, toldOf }: Leaves<Leaf>): string | undefined {
  const told = (leaves: readonly Leaf[]): ReadonlyMap<string, string> =>
    new Map(leaves.map((leaf) => [nameOf(leaf), toldOf(leaf)]))
  const [there, here] = [told(signed), told(own)]
  const name = [...here.keys(), ...there.keys()].find((each) => there.get(each) !== here.get(each))
  if (name === undefined) {
    const again = findAgain(signed.map(nameOf))
    return again && `Under it, ${again} has more than one leaf.`
  }
  return `Under it, ${name} has ${there.get(name) ?? 'no leaf'}; by the files it has ${here.get(name) ?? 'none'}.`
}

function findAgain(names: readonly string[]): string | undefined {
  const seen = new Set<string>()
  return names.find((name) => seen.size === seen.add(name).size)
}
