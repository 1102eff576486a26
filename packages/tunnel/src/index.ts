/** Many streams over one TLS connection that the device dialled: both ends. */

export type { ResetCode } from './frame/reset-code.ts'
export { LinkEndedError, LinkUnavailableError } from './mux/errors.ts'
export { muxLimitsByDefault, type MuxLimits } from './mux/limits.ts'
export type { MuxStream, StreamHandler, StreamReset } from './mux/mux-stream.ts'
export { Mux, type MuxOptions, type StreamTarget } from './mux/mux.ts'
export { createWindowBudget, type WindowBudget } from './mux/window-budget.ts'
