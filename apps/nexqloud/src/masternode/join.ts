import { parseNxq } from '@nexqloud/kernel'
import { parseEndpoint, readMasternodeOfSigner, type MasternodeRecord } from '@nexqloud/ledger'
import { stringToHex } from 'viem'

import { parseRegion } from '../device/region.ts'
import { formatFields, printResult } from '../fields.ts'
import { lookUp } from '../keystore/keyring.ts'
import { MasternodeEndpointError } from '../network/errors.ts'
import { makeMasternodeKeys, type MasternodeKeys } from '../network/founder-keys.ts'
import type { SendOptions } from '../option.ts'
import { readChain } from '../session/read-chain.ts'
import { openSession, showAccount, type Session } from '../session/session.ts'
import type { Shell } from '../shell.ts'
import { sendTransaction } from '../transaction/send.ts'
import { openSender, openWallet, type Sender } from '../transaction/sender.ts'
import { showNxq } from '../unit.ts'
import { callMasternodes } from './call.ts'
import { MasternodeKeysMissingError } from './errors.ts'

/** As what a masternode registers. */
export type JoinOptions = SendOptions & {
  readonly endpoint: string
  readonly region: string
  readonly gas: string
}

/**
 * Makes this data folder a masternode's: its keys, its stake, its registration. What is done already is not done again; a
 * masternode that is registered otherwise is updated.
 *
 * @throws {@link MasternodeEndpointError} where nobody could dial it.
 * @throws as {@link parseRegion} does, before anything is paid.
 * @throws as {@link sendTransaction} does.
 */
export async function joinMasternode(options: JoinOptions, shell: Shell): Promise<void> {
  if (parseEndpoint(options.endpoint) === undefined) {
    throw new MasternodeEndpointError(options.endpoint)
  }
  parseRegion(options.region)
  const before = await openSession(options, shell)
  const operator = await openSender(before, options)
  const keys = await makeMasternodeKeys(before.keyring.folder)
  const session = await openSession(options, shell)
  const known = await readMasternodeOfSigner(session.ledger, keys.signer)
  if (known === undefined) await register(session, operator, { keys, options })
  else await update(session, operator, { known, wanted: wantedOf(keys, options) })
  const record = await readMasternodeOfSigner(session.ledger, keys.signer)
  if (record === undefined) throw new MasternodeKeysMissingError(session.keyring.folder)
  await print(session, record, options)
}

type Place = Pick<MasternodeRecord, 'tlsKeyHash' | 'region' | 'endpoint'>

function wantedOf({ tlsKeyHash }: MasternodeKeys, { region, endpoint }: JoinOptions): Place {
  return { tlsKeyHash, region, endpoint }
}

type Registering = { readonly keys: MasternodeKeys; readonly options: JoinOptions }

/** The hot key registers itself, with a stake that its operator gives it, and what it pays fees with. */
async function register(
  session: Session,
  operator: Sender,
  { keys, options }: Registering,
): Promise<void> {
  const { ledger, keyring } = session
  const wallet = lookUp({ ...keyring, wallets: [] }, keys.signer)
  if (wallet === undefined) throw new MasternodeKeysMissingError(keyring.folder)
  const [stake] = await readChain(ledger.masternodes.read.stakeTerms())
  const balance = await ledger.client.getBalance({ address: keys.signer })
  const needed = stake + parseNxq(options.gas)
  if (balance < needed) {
    const given = { to: keys.signer, value: needed - balance }
    await sendTransaction(session, operator, given)
  }
  const place = wantedOf(keys, options)
  const registration = {
    operator: operator.wallet.address,
    ...place,
    region: stringToHex(place.region, { size: 32 }),
  }
  const call = callMasternodes({ functionName: 'register', args: [registration] }, stake)
  await sendTransaction(session, await openWallet(session, wallet, {}), call)
}

async function update(
  session: Session,
  operator: Sender,
  { known, wanted }: { readonly known: MasternodeRecord; readonly wanted: Place },
): Promise<void> {
  const { tlsKeyHash, region, endpoint } = wanted
  const isSame =
    known.tlsKeyHash === tlsKeyHash && known.region === region && known.endpoint === endpoint
  if (isSame) return
  const args = [known.id, tlsKeyHash, stringToHex(region, { size: 32 }), endpoint] as const
  await sendTransaction(session, operator, callMasternodes({ functionName: 'update', args }))
}

async function print(
  session: Session,
  { id, operator, signer, region, endpoint }: MasternodeRecord,
  { json }: JoinOptions,
): Promise<void> {
  const [isAdmitted] = await readChain(session.ledger.masternodes.read.seatOf([signer]))
  const { stake } = await readChain(session.ledger.masternodes.read.masternode([id]))
  const next = isAdmitted ? 'nexqloud masternode' : `nexqloud masternode admit ${id} --from owner`
  printResult(
    {
      document: { masternode: id, operator, signer, region, endpoint, stakeWei: stake, isAdmitted },
      lines: formatFields([
        ['masternode', String(id)],
        ['operator', showAccount(session, operator)],
        ['signs as', signer],
        ['dialled at', `${endpoint}, region ${region}`],
        ['stake', showNxq(stake)],
        [isAdmitted ? 'admitted' : 'not admitted yet', isAdmitted ? `it runs by ${next}` : next],
      ]),
    },
    { printer: session.shell.printer, json },
  )
}
