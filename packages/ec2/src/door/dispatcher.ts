import type { Clock } from '@nexqloud/kernel'

import type { Caller } from '../account/caller.ts'
import type { Handlers } from '../action/action.ts'
import { ActionError } from '../action/errors.ts'
import type { PublicAddresses } from '../address/public-addresses.ts'
import type { Fields } from '../codec/read-query.ts'
import type { Machines } from '../machine/machines.ts'
import type { RequestLog } from '../request/request-log.ts'
import { hashInput, nameOfRequest, type Request } from '../request/request.ts'
import type { ResourceView } from '../resource/resource-view.ts'
import { Transaction } from '../resource/transaction.ts'
import type { Region } from './region.ts'
import { createTurns } from './turns.ts'

/** An action that somebody who is known asks for. */
export type Call = {
  readonly action: string
  readonly input: Fields
  readonly caller: Caller
  readonly sourceAddress: string
}

/** Does what handlers do, as one and once. */
export type DispatcherParts = {
  readonly handlers: Handlers
  readonly regions: readonly Region[]
  readonly view: ResourceView
  readonly machines: Machines
  readonly log: RequestLog
  readonly clock: Pick<Clock, 'wallMs'>
  readonly publicAddresses: PublicAddresses
  /** Makes what an account has in a region from the start; it may be called at any time, and does nothing where that is there. */
  readonly openRegion: (transaction: Transaction) => void
  /** @throws {@link ActionError} `UnauthorizedOperation` where the caller may not. */
  readonly authorize: (call: Call) => void
}

type AnyHandler = (input: Fields, transaction: Transaction) => Fields | Promise<Fields>

/** Does actions: what an account changes is done in turn, and what it looks at as it is. */
export class Dispatcher {
  readonly #parts: DispatcherParts
  readonly #inTurn = createTurns()

  constructor(parts: DispatcherParts) {
    this.#parts = parts
  }

  /** @throws {@link ActionError} where the action is refused; nothing is changed then. */
  async dispatch(call: Call): Promise<Fields> {
    const { handlers, authorize } = this.#parts
    const handler = (handlers as Readonly<Record<string, AnyHandler | undefined>>)[call.action]
    if (handler === undefined) {
      throw new ActionError('UnsupportedOperation', `${call.action} is not served here.`)
    }
    authorize(call)
    await this.#openRegion(call)
    if (/^(Describe|Get|List)/.test(call.action)) {
      return afterDryRun(call, await handler(call.input, this.#begin(call)))
    }
    return this.#inTurn(call.caller.account.id, () => this.#change(call, handler))
  }

  /** Does something that nobody has asked for, in an account's turn; nothing is kept where it changes nothing. */
  async act(
    { caller, action }: Pick<Call, 'caller' | 'action'>,
    change: (transaction: Transaction) => void,
  ): Promise<void> {
    await this.#inTurn(caller.account.id, async () => {
      const transaction = this.#begin({ caller })
      change(transaction)
      if (transaction.writes.length === 0) return
      await this.#keep({ caller, action, input: {}, sourceAddress: '' }, transaction)
      transaction.giveBack()
    })
  }

  #begin({ caller }: Pick<Call, 'caller'>): Transaction {
    const { clock, ...parts } = this.#parts
    return new Transaction({ ...parts, caller, nowMs: clock.wallMs() })
  }

  async #openRegion({ caller }: Call): Promise<void> {
    const { openRegion } = this.#parts
    const look = this.#begin({ caller })
    openRegion(look)
    if (look.writes.length > 0) await this.act({ caller, action: 'OpenRegion' }, openRegion)
  }

  async #change(call: Call, handler: AnyHandler): Promise<Fields> {
    const { action, caller, input } = call
    const token = tokenOf(input)
    const name = nameOfRequest(caller, action, token)
    if (token !== undefined) {
      const before = await this.#parts.log.find(caller.account.namespace, name)
      if (before !== undefined) return answerAgain(call, before)
    }
    const transaction = this.#begin(call)
    const answer = await answerOf(call, handler, transaction)
    if (transaction.writes.length > 0) await this.#keep(call, transaction, { name, answer })
    // Where keeping failed, some of it may be made yet: its addresses stay held.
    transaction.giveBack()
    return answer
  }

  async #keep(
    { action, caller, input, sourceAddress }: Call,
    { now, writes }: Transaction,
    named?: { readonly name: string; readonly answer: Fields },
  ): Promise<void> {
    const name = named?.name ?? nameOfRequest(caller, action, undefined)
    const isRepeatable = tokenOf(input) !== undefined && named !== undefined
    await this.#parts.log.accept(caller.account.namespace, name, {
      action,
      region: caller.region,
      principal: caller.arn,
      sourceAddress,
      at: now,
      inputHash: hashInput(input),
      writes,
      ...(isRepeatable && { answer: JSON.stringify(named.answer) }),
    })
  }
}

/** Where it is refused, nothing comes of what it took. */
async function answerOf(
  call: Call,
  handler: AnyHandler,
  transaction: Transaction,
): Promise<Fields> {
  try {
    return afterDryRun(call, await handler(call.input, transaction))
  } catch (failure) {
    transaction.giveBack()
    throw failure
  }
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
