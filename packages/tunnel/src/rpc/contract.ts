import type { z } from 'zod'

/** What one end may be asked and told. */
export type RpcContract = {
  readonly requests: Readonly<
    Record<string, { readonly params: z.ZodType; readonly result: z.ZodType }>
  >
  readonly notifications: Readonly<Record<string, z.ZodType>>
}

/** A name of what can be asked. */
export type RequestName<Contract extends RpcContract> = keyof Contract['requests'] & string

/** A name of what can be told. */
export type NotificationName<Contract extends RpcContract> = keyof Contract['notifications'] &
  string

/** What is sent with a request. */
export type RequestParams<
  Contract extends RpcContract,
  Name extends RequestName<Contract>,
> = z.input<Contract['requests'][Name]['params']>

/** What a request is answered with. */
export type RequestResult<
  Contract extends RpcContract,
  Name extends RequestName<Contract>,
> = z.output<Contract['requests'][Name]['result']>

/** Who answers. `signal` aborts when the asker no longer wants to know, or is gone. */
export type RpcHandlers<Contract extends RpcContract> = {
  readonly requests: {
    readonly [Name in RequestName<Contract>]: (
      params: z.output<Contract['requests'][Name]['params']>,
      signal: AbortSignal,
    ) => Promise<z.input<Contract['requests'][Name]['result']>>
  }
  readonly notifications: {
    readonly [Name in NotificationName<Contract>]: (
      params: z.output<Contract['notifications'][Name]>,
    ) => void
  }
}
