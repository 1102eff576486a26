import {
  AccountDirectory,
  createAddressPool,
  createAuthorize,
  createFindKey,
  defineEc2Kinds,
  followMachines,
  followVolumes,
  INSTANCE_LABEL,
  openEc2,
  openEc2Server,
  publicImages,
  requestRates,
  rootCallerOf,
  type Ec2,
  type Ec2Options,
  type Ec2Server,
  type ResolveImage,
  type Seal,
  type SignIdentity,
} from '@nexqloud/ec2'
import { isPublicRegistry } from '@nexqloud/engine'
import { createAllowances } from '@nexqloud/kernel'
import { Exposures, type Masternode } from '@nexqloud/masternode'
import type { Logger } from 'pino'

import { isPublicAddress } from '../internet/public-address.ts'
import type { Session } from '../session/session.ts'
import { auditEventOf } from './audit-event.ts'
import type { Doorman } from './doorman.ts'
import { toExposure } from './exposure.ts'
import { KeptPrices } from './keep-prices.ts'
import type { PodAnswers } from './pod-answers.ts'
import { createConsoleReader } from './read-console.ts'
import { regionOf } from './region.ts'
import { createGet } from './registry/get-publicly.ts'
import { createRegistryClient } from './registry/registry-client.ts'
import { createResolver } from './registry/resolve-image.ts'
import { createRootKeyDoor } from './root-key-door.ts'
import { ROOT_KEYS_PATH } from './root-key-request.ts'

/** How the EC2-compatible API is served. */
export type Ec2DoorOptions = {
  readonly host: string
  readonly ec2Port: number
  readonly ec2Region: string
  /** The range that instances get their public addresses of. */
  readonly ec2Pool: string
  readonly domain: string
  /** Images of registries that are not on the internet may be launched, too. */
  readonly nearbyRegistries?: boolean
}

/** What the EC2-compatible API is opened over. */
export type Ec2DoorParts = {
  readonly masternode: Masternode
  readonly exposures: Exposures
  readonly doorman: Doorman
  /** Who answers instances. */
  readonly pods: PodAnswers
  readonly seal: Seal
  readonly signIdentity: SignIdentity
  readonly log: Logger
}

/** Where it is open. */
export type Ec2Door = { readonly url: string; readonly close: () => Promise<void> }

/** Returns where the instances that EC2's clients launch are reached: nobody has said it yet. */
export function createEc2Exposures(): Exposures {
  return new Exposures(INSTANCE_LABEL)
}

/** Opens the EC2-compatible API of a masternode. */
export async function openEc2Door(
  session: Session,
  parts: Ec2DoorParts,
  options: Ec2DoorOptions,
): Promise<Ec2Door> {
  const { shell, ledger } = session
  const { clock } = shell
  const { client, streams, drives } = parts.masternode
  const onFailure = (err: unknown): void => parts.log.warn({ part: 'ec2', err }, 'failed')
  const over = new AbortController()
  const prices = new KeptPrices()
  await defineEc2Kinds(client)
  const directory = new AccountDirectory({ client, clock, onFailure })
  const machines = followMachines({
    client,
    clock,
    run: streams.run,
    reaches: drives,
    readConsole: createConsoleReader(client),
    priceOf: prices.priceOf,
    onFailure,
  })
  const volumes = followVolumes({ client, clock, onFailure })
  const following = Promise.all([
    machines.run(over.signal),
    volumes.run(over.signal),
    directory.run(over.signal),
    prices.run({ ledger, clock, onFailure }, over.signal),
  ])
  await Promise.all([machines.synced, volumes.synced])
  const ec2 = await openEc2(
    describe(session, parts, { options, directory, machines, volumes, onFailure }),
  )
  parts.doorman.follow(ec2)
  parts.pods.serve(ec2)
  const server = await serve(session, parts, { options, ec2 })
  return {
    url: `http://${options.host}:${server.port}`,
    close: async () => {
      await server.close()
      parts.pods.serve()
      await ec2.close()
      over.abort()
      await following
    },
  }
}

/** The history of one account is not to push out another's. */
const NOTED = { perSecond: 20, burst: 1000, most: 10_000 }

type Described = Pick<Required<Ec2Options>, 'machines' | 'volumes' | 'onFailure'> & {
  readonly options: Ec2DoorOptions
  readonly directory: AccountDirectory
}

function describe(
  { shell: { clock } }: Session,
  {
    masternode: { client, note, leadingTerm },
    exposures,
    doorman,
    seal,
    signIdentity,
  }: Ec2DoorParts,
  { options, directory, machines, volumes, onFailure }: Described,
): Ec2Options {
  const { ec2Region, ec2Pool, domain } = options
  const mayNote = createAllowances(NOTED, () => clock.steadyMs())
  return {
    client,
    clock,
    regions: [regionOf(ec2Region)],
    publicAddresses: createAddressPool({
      blocksOf: (region) => (region === ec2Region ? [ec2Pool] : []),
      domain: `compute.${domain}`,
    }),
    machines,
    leadingTerm,
    volumes,
    findOwner: ({ namespace, region }) => {
      const account = directory.ofNamespace(namespace)
      return account && rootCallerOf(account, region)
    },
    access: (view) => ({
      findKey: createFindKey({ client, directory, view, seal, clock }),
      authorize: createAuthorize({ view, clock }),
    }),
    seal,
    pushKey: doorman.pushedKeys.push,
    signIdentity,
    requestRates,
    audit: (entry) => {
      const event = auditEventOf(entry, directory.get(entry.accountId)?.namespace ?? '')
      if (event !== undefined && mayNote(entry.accountId)) note(event)
    },
    images: { catalogue: publicImages, resolve: createImageResolver(clock, options) },
    onExposures: (all, changed) => {
      const reached = [...all].map(([name, exposure]) => [name, toExposure(exposure)] as const)
      exposures.set(new Map(reached), changed)
    },
    onFailure,
  }
}

function createImageResolver(
  clock: Session['shell']['clock'],
  { nearbyRegistries = false }: Pick<Ec2DoorOptions, 'nearbyRegistries'>,
): ResolveImage {
  const get = createGet((address) => nearbyRegistries || isPublicAddress(address))
  const client = createRegistryClient(
    get,
    (registry) => nearbyRegistries && registry.startsWith(LOOPBACK),
  )
  const isAllowed = (registry: string): boolean => nearbyRegistries || isPublicRegistry(registry)
  return createResolver({ client, isAllowed, clock })
}

/** Engines ask registries there without TLS. */
const LOOPBACK = '127.'

function serve(
  { shell: { clock }, chain }: Session,
  { masternode: { client }, seal }: Ec2DoorParts,
  { options, ec2 }: { readonly options: Ec2DoorOptions; readonly ec2: Ec2 },
): Promise<Ec2Server> {
  const { host, ec2Port: port, ec2Region: region } = options
  const answerRootKeys = createRootKeyDoor({ client, clock, seal, chainId: chain.id, region })
  return openEc2Server(
    async (request) => {
      const isForKey = request.method === 'POST' && request.target === ROOT_KEYS_PATH
      if (!isForKey) return ec2.answer(request)
      const { sourceAddress } = request
      const { status, body } = await answerRootKeys(Buffer.from(request.body), sourceAddress)
      const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' }
      return { status, headers, body: JSON.stringify(body) }
    },
    { host, port },
  )
}
