import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { Address } from '@nexqloud/kernel'
import { createMeterLedger, nexqloudLocal } from '@nexqloud/ledger'
import {
  createEmbeddedApi,
  createKubeconfigApi,
  openMasternode,
  type Masternode,
  type MasternodeOptions,
} from '@nexqloud/masternode'
import { createTlsIdentity, type TlsIdentity } from '@nexqloud/tunnel'
import type { Logger } from 'pino'

import manifest from '../../package.json' with { type: 'json' }
import { createDoorman } from '../ec2/doorman.ts'
import { loginEventOf } from '../ec2/login-event.ts'
import {
  createEc2Exposures,
  openEc2Door,
  type Ec2Door,
  type Ec2DoorParts,
} from '../ec2/open-door.ts'
import { PodAnswers } from '../ec2/pod-answers.ts'
import { lookUp, networkKeysOf } from '../keystore/keyring.ts'
import { createLog } from '../log.ts'
import { keepWallets } from '../managed-wallet/keep-wallets.ts'
import { createSeal } from '../managed-wallet/seal.ts'
import type { LogOptions, ReadOptions } from '../option.ts'
import { createChainRelay } from '../relay/chain-relay.ts'
import { openSession, type Session } from '../session/session.ts'
import type { Shell } from '../shell.ts'
import { openWallet, type Sender } from '../transaction/sender.ts'
import { openWebhook } from '../webhook/open-webhook.ts'
import { readIfPresent } from '../whole-file.ts'
import { makeApiCredentials, type ApiCredentials } from './api-credentials.ts'
import { askForBlock } from './ask-for-block.ts'
import { createAttest } from './attest.ts'
import { createChainWatch, type ChainWatch } from './chain-watch.ts'
import type { DatabaseOptions } from './database.ts'
import { createChainRegistry } from './device-registry.ts'
import { MasternodeKeysMissingError, UnreadableFileError } from './errors.ts'
import { identityOf } from './identity.ts'
import { authorityOf } from './kubeconfig.ts'
import { runMeasurer, type MeasurerParts } from './measurer.ts'
import { describeMeasuring, readMeasureTerms } from './measuring.ts'
import { devicePortOf, findOwn } from './own-record.ts'
import { runQuoter } from './quoter.ts'
import { describeRecord } from './record.ts'
import { createSendQueue, type SendInTurn } from './send-queue.ts'
import { serveDoors } from './serve-doors.ts'
import { openSettling, type Settling } from './settling.ts'

/** How a masternode is run. */
export type RunMasternodeOptions = ReadOptions &
  LogOptions &
  DatabaseOptions & {
    readonly host: string
    readonly kubernetesPort: number
    readonly gatewayPort: number
    readonly ec2Port: number
    readonly ec2Region: string
    readonly ec2Pool: string
    readonly nearbyRegistries?: boolean
    readonly devicePort?: number
    readonly pool: string
    readonly domain: string
    readonly kubeconfig?: string
    readonly kubeletAddress?: string
    readonly kubeletPort: number
    readonly kubeletClientCa?: string
    readonly kubeletClientName: string
  }

type Surroundings = {
  readonly options: RunMasternodeOptions
  readonly session: Session
  readonly log: Logger
}

/**
 * Runs a masternode until somebody wants it to end. Its keys are those of the data folder.
 *
 * @throws {@link MasternodeKeysMissingError}
 */
export async function runMasternode(options: RunMasternodeOptions, shell: Shell): Promise<void> {
  const log = createLog(options).child({ module: 'masternode' })
  const { session, watch } = await openByChain(await openSession(options, shell), log)
  const keys = await openKeys(session)
  const api = await makeApiCredentials(session.keyring.folder, [options.host, 'localhost'])
  const surroundings = { options, session, log }
  const terms = await readMeasureTerms(session)
  const send = createSendQueue(session, keys.sender)
  const signer = keys.sender.wallet.address
  const notify = openWebhook(session.shell, keys.sender, log)
  const over = new AbortController()
  const own = { api, keys, send, signer, watch, notify, signal: over.signal }
  const { options: parts, settling } = await describe(surroundings, own)
  const exposures = createEc2Exposures()
  const pods = new PodAnswers()
  const doorman = createDoorman({
    clock: session.shell.clock,
    keyPem: keys.tls.keyPem,
    onAttempt: (attempt) => {
      log.info(attempt, 'login')
      masternode.note(loginEventOf(attempt, session.shell.clock.wallMs()))
    },
  })
  const masternode = await openMasternode({
    ...parts,
    exposures,
    ssh: doorman.ssh,
    answerPod: pods.answer,
  })
  const onChain = startOnChain(surroundings, masternode, { ...own, terms, settling })
  try {
    await using ec2 = await openEc2(surroundings, { masternode, exposures, doorman, pods, keys })
    await serveDoors(surroundings, masternode, { api, ec2 })
  } finally {
    over.abort()
    await masternode.close()
    await onChain
  }
}

/** What AWS's clients may have sealed here, nobody opens elsewhere. */
const EC2_SEAL = 'nexqloud ec2 1'

type Opened = Pick<Ec2DoorParts, 'masternode' | 'exposures' | 'doorman' | 'pods'>

async function openEc2(
  { session, log, options }: Surroundings,
  { keys: { tls, sender }, ...parts }: Pick<Own, 'keys'> & Opened,
): Promise<Ec2Door & AsyncDisposable> {
  const seal = createSeal(tls.keyPem, EC2_SEAL)
  const signIdentity = createAttest(sender.account)
  const door = await openEc2Door(session, { ...parts, seal, signIdentity, log }, options)
  return { ...door, [Symbol.asyncDispose]: door.close }
}

/** Returns a session whose time is the network's, also where that of this machine is wrong. */
async function openByChain(
  session: Session,
  log: Logger,
): Promise<{ readonly session: Session; readonly watch: ChainWatch }> {
  const { ledger, shell } = session
  const watch = createChainWatch({ client: ledger.client, clock: shell.clock, log })
  await watch.look()
  return { session: { ...session, shell: { ...shell, clock: watch.clock } }, watch }
}

type MasternodeKeys = { readonly tls: TlsIdentity; readonly sender: Sender }

async function openKeys(session: Session): Promise<MasternodeKeys> {
  const { keyring } = session
  const { folder } = networkKeysOf(keyring.folder)
  const wallet = lookUp(keyring, 'masternode')
  const tlsKey = await readIfPresent(join(folder, 'masternode-tls.pem'))
  if (wallet === undefined || tlsKey === undefined) throw new MasternodeKeysMissingError(folder)
  const [tls, sender] = await Promise.all([
    createTlsIdentity(tlsKey),
    openWallet(session, wallet, {}),
  ])
  return { tls, sender }
}

type Own = {
  readonly api: ApiCredentials
  readonly keys: MasternodeKeys
  readonly send: SendInTurn
  readonly signer: Address
  readonly watch: ChainWatch
  readonly signal: AbortSignal
  readonly notify: NonNullable<MasternodeOptions['notify']>
}

type Described = {
  readonly options: MasternodeOptions
  /** Nothing for one that the chain does not know. */
  readonly settling: Settling | undefined
}

async function describe(
  { options, session, log }: Surroundings,
  { api, keys: { tls, sender }, send, signer, watch, signal, notify }: Own,
): Promise<Described> {
  const { host, gatewayPort: httpPort, pool, domain } = options
  const own = await findOwn(session, { tls, signer })
  const port = options.devicePort ?? devicePortOf(own, tls)
  const record = await describeRecord(session, own, { options, log })
  const { account } = sender
  const settling =
    record && (await openSettling({ session, record, account, identity: tls, send, log, signal }))
  const posts = createChainRelay(session, { sender, send, log })
  const described: MasternodeOptions = {
    identity: identityOf(tls.keyHash),
    ...(record && { record }),
    openApi: await chooseApi({ options, session, log }, api),
    devices: {
      registry: createChainRegistry(session.ledger, session.shell.clock),
      identity: tls,
      host,
      port,
      isTimeProven: watch.clock.isProven,
      ...(settling && { offer: { pages: settling.pages, isPeer: settling.isPeer, posts } }),
      onRefused: ({ address, error }) => log.warn({ address, err: error }, 'deviceRefused'),
    },
    gateway: { host, httpPort, pool, domain },
    ledger: createMeterLedger({
      ...session,
      signer,
      send,
      clock: session.shell.clock,
      isTimeProven: watch.clock.isProven,
    }),
    notify,
    attest: createAttest(account),
    clock: session.shell.clock,
    software: manifest.version,
    onFailure: (error, part) => log.warn({ part, err: error }, 'failed'),
    onOwn: ({ cause, message }) => log.warn({ cause, message }, 'ownTrouble'),
  }
  return { options: described, settling }
}

async function chooseApi(
  { options, session }: Surroundings,
  { identity, readToken }: ApiCredentials,
): Promise<MasternodeOptions['openApi']> {
  const tls = { key: identity.keyPem, cert: identity.certificatePem }
  const { host, kubeconfig: file } = options
  if (file === undefined) {
    const folder = join(session.keyring.folder, 'kubernetes')
    return createEmbeddedApi({ folder, host, port: options.kubernetesPort, tls, readToken })
  }
  const kubeconfig = await readText(file)
  const { kubeletClientCa, kubeletClientName } = options
  const ca =
    kubeletClientCa === undefined ? authorityOf(kubeconfig, file) : readText(kubeletClientCa)
  return createKubeconfigApi({
    kubeconfig,
    kubelet: {
      host,
      port: options.kubeletPort,
      address: options.kubeletAddress ?? host,
      tls: { ...tls, ca: await ca },
      isApiServer: ({ name }) => name === kubeletClientName,
    },
  })
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw new UnreadableFileError(file, cause)
  }
}

type OnChain = Pick<MeasurerParts, 'send' | 'signer'> &
  Pick<Own, 'keys'> &
  Pick<Described, 'settling'> & {
    readonly signal: AbortSignal
    readonly terms: Awaited<ReturnType<typeof readMeasureTerms>>
    readonly watch: ChainWatch
  }

/** Starts what a masternode does in its own name. */
async function startOnChain(
  { session, log }: Surroundings,
  masternode: Masternode,
  { signal, terms, watch, settling, send, signer, keys }: OnChain,
): Promise<void> {
  const { ledger, shell, chain } = session
  const parts = { send, signer, ledger, clock: shell.clock, log }
  const how = { clock: shell.clock, log, chainId: chain.id }
  const measuring = { ...terms, ...describeMeasuring(how, masternode) }
  const watching = watch.run(masternode.tell, signal)
  const asking = askForBlock({ ...parts, isTimeProven: watch.clock.isProven }, signal)
  await watch.untilProven(signal)
  await Promise.all([
    runMeasurer({ ...parts, ...measuring }, signal),
    settling?.run(signal),
    keepWallets(session, { client: masternode.client, keys, log }, signal),
    watching,
    asking,
    quotePrices(session, log, signal),
  ])
}

/** Who has launched a network holds the key of its only price signer. */
async function quotePrices(session: Session, log: Logger, signal: AbortSignal): Promise<void> {
  const { keyring, ledger, shell, chain } = session
  const wallet = lookUp(keyring, 'price-signer')
  if (wallet === undefined || chain.id !== nexqloudLocal.id) return
  const send = createSendQueue(session, await openWallet(session, wallet, {}))
  await runQuoter({ ledger, send, clock: shell.clock, log }, signal)
}
