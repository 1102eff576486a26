import type { Clock } from '@nexqloud/kernel'

import type { Caller } from '../account/caller.ts'
import { ActionError } from '../action/errors.ts'
import type { ImageSource } from '../action/image/image-source.ts'
import type { PublicAddresses } from '../address/public-addresses.ts'
import { auditEntryOf } from '../audit/audit-entry.ts'
import type { Audit } from '../audit/audit.ts'
import type { Fields } from '../codec/read-query.ts'
import type { Machines } from '../machine/machines.ts'
import { assertQuotas } from '../quota/assert-quotas.ts'
import type { RequestLog } from '../request/request-log.ts'
import { hashInput, nameOfRequest, type Request } from '../request/request.ts'
import type { ResourceView } from '../resource/resource-view.ts'
import { Transaction } from '../resource/transaction.ts'
import type { Write } from '../resource/write.ts'
import type { Volumes } from '../volume/volumes.ts'
import { awsCodeOf } from './aws-code.ts'
import type { Region } from './region.ts'
import { isReading, type TakeRequest } from './request-limits.ts'
import { createTurns } from './turns.ts'

/** An action that somebody who is known asks for. */
export type Call = {
  /** As it is signed, e.g. `ec2`. */
  readonly service: string
  readonly action: string
  readonly input: Fields
  readonly caller: Caller
  readonly sourceAddress: string
  readonly requestId: string
}

/** Does what handlers do, as one and once. */
export type DispatcherParts = {
  /** Of each service, by its name. */
  readonly handlers: Readonly<Record<string, object>>
  readonly regions: readonly Region[]
  readonly view: ResourceView
  readonly machines: Machines
  readonly volumes: Volumes
  readonly log: RequestLog
  /** The term in which this process is the one of several that changes something, as turns are in its memory; nothing while another one is. */
  readonly leadingTerm: () => number | undefined
  readonly clock: Pick<Clock, 'wallMs'>
  readonly publicAddresses: PublicAddresses
  readonly images: ImageSource
  /** Makes what an account has in a region from the start; it may be called at any time, and does nothing where that is there. */
  readonly openRegion: (transaction: Transaction) => void
  /** @throws {@link ActionError} `UnauthorizedOperation` where the caller may not. */
  readonly authorize: (call: Call) => void
  /** @throws {@link ActionError} `RequestLimitExceeded`. */
  readonly takeRequest: TakeRequest
  readonly audit: Audit
}

type AnyHandler = (input: Fields, transaction: Transaction) => Fields | Promise<Fields>

/** What a request keeps of who asked for it. */
type Asked = Pick<Call, 'action' | 'caller' | 'input' | 'sourceAddress'>

/** What was answered, and what is there since then. */
type Done = { readonly answer: Fields; readonly made: readonly string[] }

/** Does actions: what an account changes is done in turn, and what it looks at as it is. */
export class Dispatcher {
  readonly #parts: DispatcherParts
  readonly #inTurn = createTurns()
  /** In which it led when it was about to change something last. */
  #term: number | undefined

  constructor(parts: DispatcherParts) {
    this.#parts = parts
  }

  /** @throws {@link ActionError} where the action is refused; nothing is changed then. */
  async dispatch(call: Call): Promise<Fields> {
    const { audit, clock } = this.#parts
    const atMs = clock.wallMs()
    try {
      const { answer, made } = await this.#do(call)
      audit(auditEntryOf(call, { atMs, code: 'Success', made }))
      return answer
    } catch (failure) {
      audit(auditEntryOf(call, { atMs, code: awsCodeOf(failure) ?? 'InternalError', made: [] }))
      throw failure
    }
  }

  async #do(call: Call): Promise<Done> {
    const { handlers, authorize, takeRequest } = this.#parts
    const table = (handlers[call.service] ?? {}) as Readonly<Record<string, AnyHandler | undefined>>
    const handler = Object.hasOwn(table, call.action) ? table[call.action] : undefined
    if (handler === undefined) {
      throw new ActionError('UnsupportedOperation', `${call.action} is not served here.`)
    }
    takeRequest(call)
    authorize(call)
    if (call.service === 'ec2') await this.#openRegion(call)
    if (isReading(call.action)) {
      const answer = afterDryRun(call, await handler(call.input, this.#begin(call)))
      return { answer, made: [] }
    }
    return this.#inTurn(call.caller.account.id, () => this.#change(call, handler))
  }

  /** Does something that nobody has asked for, in an account's turn; nothing is kept where it changes nothing, or where another process leads. */
  async act(
    { caller, action }: Pick<Call, 'caller' | 'action'>,
    change: (transaction: Transaction) => void,
  ): Promise<void> {
    await this.#inTurn(caller.account.id, async () => {
      if (!this.#leads()) return
      await this.#parts.log.settle(caller.account.namespace)
      const transaction = this.#begin({ caller })
      change(transaction)
      await this.#keep({ caller, action, input: {}, sourceAddress: '' }, transaction)
    })
  }

  /** Returns what is there for somebody to look at; nothing comes of what is changed in it. */
  look(caller: Caller): Transaction {
    return this.#begin({ caller })
  }

  #leads(): boolean {
    const term = this.#parts.leadingTerm()
    if (term !== this.#term) this.#parts.log.forget()
    this.#term = term
    return term !== undefined
  }

  #begin({ caller, requestId = '' }: Pick<Call, 'caller'> & Partial<Call>): Transaction {
    const { clock, ...parts } = this.#parts
    return new Transaction({ ...parts, caller, requestId, nowMs: clock.wallMs() })
  }

  async #openRegion({ caller }: Call): Promise<void> {
    const { openRegion } = this.#parts
    const look = this.look(caller)
    openRegion(look)
    if (look.writes.length > 0) await this.act({ caller, action: 'OpenRegion' }, openRegion)
  }

  async #change(call: Call, handler: AnyHandler): Promise<Done> {
    if (!this.#leads()) throw notLeading()
    const { action, caller, input } = call
    await this.#parts.log.settle(caller.account.namespace)
    // What it may has perhaps been changed by what was done before its turn.
    this.#parts.authorize(call)
    const token = tokenOf(input)
    const name = nameOfRequest(caller, action, token)
    if (token !== undefined) {
      const before = await this.#parts.log.find(caller.account.namespace, name)
      if (before !== undefined) {
        return { answer: afterDryRun(call, answerAgain(call, before)), made: [] }
      }
    }
    const transaction = this.#begin(call)
    const answer = await answerOf(call, handler, transaction)
    const writes = await this.#keep(call, transaction, { name, answer })
    return { answer, made: writes.flatMap(idsMade) }
  }

  async #keep(
    asked: Asked,
    transaction: Transaction,
    named?: { readonly name: string; readonly answer: Fields },
  ): Promise<readonly Write[]> {
    const { action, caller } = asked
    const { now, writes } = transaction
    const name = named?.name ?? nameOfRequest(caller, action, undefined)
    const isRepeatable = tokenOf(asked.input) !== undefined && named !== undefined
    try {
      if (writes.length > 0) {
        await this.#parts.log.accept(caller.account.namespace, name, {
          ...intentOf(asked, { now, writes }),
          ...(isRepeatable && { answer: JSON.stringify(named.answer) }),
        })
      }
    } catch (failure) {
      // Where keeping failed otherwise, some of it may be made yet: its addresses stay held.
      if (failure instanceof ActionError) transaction.giveBack()
      throw failure
    }
    transaction.giveBack()
    return writes
  }
}

function intentOf(
  { action, caller, input, sourceAddress }: Asked,
  { now, writes }: Pick<Transaction, 'now' | 'writes'>,
): Request['spec'] {
  return {
    action,
    region: caller.region,
    principal: caller.arn,
    sourceAddress,
    at: now,
    inputHash: hashInput(input),
    writes,
  }
}

function notLeading(): ActionError {
  return new ActionError(
    'Unavailable',
    'Another masternode of this region does what changes something: ask that one, or again in a moment.',
  )
}

/** Where it is refused, nothing comes of what it took. */
async function answerOf(
  call: Call,
  handler: AnyHandler,
  transaction: Transaction,
): Promise<Fields> {
  try {
    const answer = await handler(call.input, transaction)
    assertQuotas(transaction)
    return afterDryRun(call, answer)
  } catch (failure) {
    transaction.giveBack()
    throw failure
  }
}

function idsMade(write: Write): readonly string[] {
  return write.type === 'create' ? [write.object.metadata.name ?? ''] : []
}

/** What was answered is answered again, and nothing is done. */
function answerAgain({ input }: Call, { spec }: Request): Fields {
  if (spec.inputHash !== hashInput(input)) {
    throw new ActionError(
      'IdempotentParameterMismatch',
      'The request with this client token was another one: give it a token of its own.',
    )
  }
  return JSON.parse(spec.answer ?? '{}') as Fields
}

function tokenOf({ ClientToken: token }: Fields): string | undefined {
  if (typeof token !== 'string' || token === '') return undefined
  if (/^[\x20-\x7e]{1,64}$/.test(token)) return token
  throw new ActionError('InvalidParameterValue', 'ClientToken is 64 characters of ASCII at most.')
}

/** All of it was looked at, and nothing is kept. */
function afterDryRun({ input }: Call, answer: Fields): Fields {
  if (input['DryRun'] !== true) return answer
  throw new ActionError('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.')
}
