import { managedWallets, WALLET_NAME, type ManagedWallet } from '@nexqloud/control'
import { BaseError, formatNxq, type Address } from '@nexqloud/kernel'
import { StatusError, type KubeClient } from '@nexqloud/kube'

import { dataFolderOf } from '../data-folder.ts'
import { formatFields, printResult, type Field } from '../fields.ts'
import { withInstances, type InstanceOptions } from '../instance/instance-session.ts'
import { readKeyring } from '../keystore/keyring.ts'
import { resolveAddress } from '../session/session.ts'
import type { Shell } from '../shell.ts'
import { showDollars } from '../unit.ts'
import { parseAccountNxq, parseAccountRate } from './amount.ts'

/** What `nexqloud account manage` was asked. */
export type ManageOptions = InstanceOptions & {
  readonly total?: string
  readonly rate?: string
  readonly withdraw?: string
  readonly to?: string
  /** The masternode opens no more leases on it, until limits are set again. */
  readonly revoke?: boolean
}

/** What was asked for is not whole. */
class ManageUsageError extends BaseError {
  constructor(problem: string) {
    super(problem, {
      code: 'ACCOUNT_MANAGE_USAGE',
      kind: 'invalid',
      hint: 'For a new wallet: --total NXQ --rate USD. To take NXQ out: --withdraw NXQ --to ADDRESS.',
    })
  }
}

/** Nobody has said how the wallet is. */
class WalletSilentError extends BaseError {
  constructor(namespace: string) {
    super(`No masternode has taken care of the wallet of ${namespace} within half a minute.`, {
      code: 'ACCOUNT_MANAGE_SILENT',
      kind: 'unavailable',
      hint: `What was asked for stays asked for: kubectl get managedwallets --namespace ${namespace}.`,
    })
  }
}

const LOOK_MS = 250
const PATIENCE_MS = 30_000

/** Has a masternode keep a wallet for a namespace whose tenant has none, sets what it may spend, and has NXQ leave it. */
export async function manageAccount(options: ManageOptions, shell: Shell): Promise<void> {
  if ((options.withdraw === undefined) !== (options.to === undefined)) {
    throw new ManageUsageError('--withdraw and --to belong together.')
  }
  const keyring = await readKeyring(dataFolderOf(options.data, shell))
  const to = options.to === undefined ? undefined : resolveAddress({ keyring }, options.to)
  await withInstances(options, shell, async ({ client, namespace }) => {
    const waiting = { client, namespace, shell }
    const generation = await wish(waiting, (before) => specOf(before, options, to))
    print(await awaitKept(waiting, generation), { options, shell })
  })
}

/** The keeper writes a wallet all the time, and so may others. */
const MOST_ATTEMPTS = 20

/** Writes what is wished, by what was wished before: nobody else's wish is overwritten unseen. Returns its generation. */
async function wish(
  waiting: Waiting,
  specAfter: (before: ManagedWallet | undefined) => ManagedWallet['spec'],
): Promise<number> {
  const { client, namespace } = waiting
  for (let attempt = 1; ; attempt += 1) {
    const before = await find(client, namespace)
    // A withdrawal that nobody has taken note of would be forgotten for this one.
    if (before !== undefined && isUnseen(before)) {
      await awaitKept(waiting, before.metadata?.generation ?? 0)
      continue
    }
    try {
      return await write(client, { namespace, spec: specAfter(before), before })
    } catch (failure) {
      if (!isRace(failure) || attempt === MOST_ATTEMPTS) throw failure
    }
  }
}

function isUnseen({ spec, status = {}, metadata = {} }: ManagedWallet): boolean {
  const isNew = (spec.withdraw?.serial ?? 0) > (status.withdrawal?.serial ?? 0)
  return isNew && (status.observedGeneration ?? 0) < (metadata.generation ?? 0)
}

function isRace(failure: unknown): boolean {
  return failure instanceof StatusError && ['conflict', 'notFound'].includes(failure.kind)
}

async function find(client: KubeClient, namespace: string): Promise<ManagedWallet | undefined> {
  try {
    return await client.get(managedWallets, { namespace, name: WALLET_NAME })
  } catch (failure) {
    if (failure instanceof StatusError && failure.reason === 'NotFound') return undefined
    throw failure
  }
}

function specOf(
  before: ManagedWallet | undefined,
  options: ManageOptions,
  to: Address | undefined,
): ManagedWallet['spec'] {
  const limits = { ...before?.spec, ...limitsOf(options) }
  const { maxTotalWei, maxRateMicroUsd } = limits
  if (maxTotalWei === undefined || maxRateMicroUsd === undefined) {
    throw new ManageUsageError('The namespace has no managed wallet yet, and limits are missing.')
  }
  const serial = (before?.spec.withdraw?.serial ?? 0) + 1
  const amount = options.withdraw
  return {
    ...limits,
    maxTotalWei,
    maxRateMicroUsd,
    ...(amount !== undefined &&
      to !== undefined && {
        withdraw: { serial, to, amountWei: parseAccountNxq('--withdraw', amount).toString() },
      }),
  }
}

/** Whoever sets a limit has leases opened again. */
function limitsOf({ total, rate, revoke }: ManageOptions): Partial<ManagedWallet['spec']> {
  const isSet = total !== undefined || rate !== undefined
  return {
    ...(total !== undefined && { maxTotalWei: parseAccountNxq('--total', total).toString() }),
    ...(rate !== undefined && { maxRateMicroUsd: Number(parseAccountRate('--rate', rate)) }),
    ...(isSet && { approve: true }),
    ...(revoke === true && { approve: false }),
  }
}

type Writing = {
  readonly namespace: string
  readonly spec: ManagedWallet['spec']
  /** As it was read. */
  readonly before: ManagedWallet | undefined
}

async function write(client: KubeClient, { namespace, spec, before }: Writing): Promise<number> {
  const name = { namespace, name: WALLET_NAME }
  const { resourceVersion = '' } = before?.metadata ?? {}
  const body = { metadata: { resourceVersion }, spec }
  const { metadata } = before
    ? await client.patch(managedWallets, name, { type: 'merge', body })
    : await client.create(managedWallets, { namespace }, { metadata: { name: WALLET_NAME }, spec })
  return metadata?.generation ?? 0
}

type Waiting = {
  readonly client: KubeClient
  readonly namespace: string
  readonly shell: Shell
}

async function awaitKept(
  { client, namespace, shell: { clock, signal, printer } }: Waiting,
  generation: number,
): Promise<ManagedWallet> {
  const endMs = clock.steadyMs() + PATIENCE_MS
  while (clock.steadyMs() < endMs && !signal.aborted) {
    const wallet = await find(client, namespace)
    if (wallet !== undefined && isSettled(wallet, generation)) {
      printer.status('')
      return wallet
    }
    printer.status('The masternode is at it ...')
    await clock.delay(LOOK_MS, signal)
  }
  throw new WalletSilentError(namespace)
}

/** Whether the masternode has done what it can do now. */
function isSettled({ status = {} }: ManagedWallet, generation: number): boolean {
  const [ready] = status.conditions ?? []
  return (status.observedGeneration ?? -1) >= generation && ready?.reason !== 'Progressing'
}

function print(
  { spec, status = {} }: ManagedWallet,
  { options, shell }: { readonly options: ManageOptions; readonly shell: Shell },
): void {
  const { address, conditions = [], withdrawal } = status
  const [ready] = conditions
  const fields: readonly Field[] = [
    ['wallet', `${address}, kept by the masternode`],
    ['charged at most', `${formatNxq(BigInt(spec.maxTotalWei))} NXQ`],
    ['open leases at most', `${showDollars(BigInt(spec.maxRateMicroUsd))} an hour`],
    ['state', `${ready?.reason}: ${ready?.message}`],
  ]
  printResult(
    {
      document: { address, spec, ready, withdrawal },
      lines: [
        ...formatFields(fields),
        // What is sent to one that nobody can open is lost.
        ...(ready?.reason === 'Locked'
          ? []
          : [
              `Send NXQ to ${address}: the masternode moves it into the account, from which leases are paid.`,
            ]),
      ],
    },
    { printer: shell.printer, json: options.json },
  )
}
